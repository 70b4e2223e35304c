#!/usr/bin/env node
import module from 'node:module';
import path from 'node:path';
import '../require-node-24.js';

// A third off the start of every command. Kept here: whoever can write into Node's usual place, the machine's temporary directory, could choose what runs.
module.enableCompileCache(path.join(import.meta.dirname, '../.build/compile-cache'));
await import('./main.ts');
