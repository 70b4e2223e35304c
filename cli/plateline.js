#!/usr/bin/env node
import module from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import '../require-node-24.js';

// Makes every start a third faster. The cache is not in Node's default place, the temporary directory,
// because any user who can write there could choose what runs.
module.enableCompileCache(path.join(import.meta.dirname, '../.build/compile-cache'));

// Pictures are decoded in these threads, and each keeps memory of its own: two readers need only one.
process.env['UV_THREADPOOL_SIZE'] ??= String(Math.min(Math.ceil(os.availableParallelism() / 2), 4));
await import('./main.ts');
