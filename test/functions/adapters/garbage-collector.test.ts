import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { constants } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { listenOnLoopback } from '../../../infra/local/loopback-server.ts';

const collectingProcess = fileURLToPath(new URL('collecting-process.ts', import.meta.url));
const printed = z.object({ kinds: z.array(z.object({ kind: z.number() })), heldBytes: z.number() });

describe('in a process that sent 300 MB of pictures, ten at a time', () => {
  let outcome: z.infer<typeof printed>;
  beforeAll(async () => {
    const server = createServer((request, response) => {
      request.resume().once('end', () => response.end());
    });
    const listening = await listenOnLoopback(server, 0);
    const processArguments = ['--expose-gc', collectingProcess, listening.url];
    try {
      const { stdout } = await promisify(execFile)(process.execPath, processArguments);
      outcome = printed.parse(JSON.parse(stdout));
    } finally {
      await listening.stop();
    }
  });

  test('no more than a few batches were ever held', () => {
    assert(outcome.heldBytes < 40 * 1024 * 1024, `${outcome.heldBytes} bytes were held`);
  });

  test('the heap was never marked in steps', () => {
    assert(outcome.kinds.length > 0);
    const marked = outcome.kinds.filter(({ kind }) => kind === constants.NODE_PERFORMANCE_GC_INCREMENTAL);
    assert.deepEqual(marked, []);
  });
});
