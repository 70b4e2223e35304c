import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, test } from 'vitest';
import { examplesOf, page, runExamples } from './examples.ts';

const examples = examplesOf(await readFile(page, 'utf8'));

/** Replaces what differs from run to run: times, and numbers that depend on them. */
function timeless(output: string): string {
  return output
    .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, 'TIME')
    .replaceAll(/\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/g, 'TIME')
    .replaceAll(/\d{4}-\d{2}-\d{2}(?!\/)/g, 'DAY')
    .replaceAll(/\b\d{10}\b/g, 'EPOCH')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID');
}

describe('docs/plateline.md shows what this prints:', () => {
  let outputs: readonly string[];
  beforeAll(async () => {
    outputs = await runExamples(examples.map(({ command }) => command));
  });

  for (const [index, { command, output }] of examples.entries()) {
    test(command, () => {
      assert.equal(timeless(outputs[index] ?? ''), timeless(output));
    });
  }
});
