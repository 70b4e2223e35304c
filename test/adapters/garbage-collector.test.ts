import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { before, describe, test } from 'node:test';
import { constants } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';

const collectingProcess = fileURLToPath(new URL('collecting-process.ts', import.meta.url));
const printed = z.object({ kinds: z.array(z.object({ kind: z.number() })), heldBytes: z.number() });

describe('in a process that 300 MB of pictures passed through, ten at a time', () => {
  let outcome: z.infer<typeof printed>;
  before(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', collectingProcess]);
    outcome = printed.parse(JSON.parse(stdout));
  });

  test('no more than a few batches were ever held', () => {
    assert(outcome.heldBytes < 40 * 1024 * 1024, `${outcome.heldBytes} bytes were held`);
  });

  test('the heap was never marked beside the work', () => {
    assert(outcome.kinds.length > 0);
    const marked = outcome.kinds.filter(({ kind }) => kind === constants.NODE_PERFORMANCE_GC_INCREMENTAL);
    assert.deepEqual(marked, []);
  });
});
