import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'vitest';
import { functionsDirectory } from './change-source.ts';
import { initPhaseVariants } from './init-phase.ts';
import { optimisationVariants } from './optimisations.ts';

test('the source has every text that a variant of the function changes', async () => {
  for (const { edits } of [...initPhaseVariants, ...optimisationVariants]) {
    for (const { file, from } of edits) {
      const source = await readFile(path.join(functionsDirectory, file), 'utf8');
      assert.ok(source.includes(from), `${file} has no ${from}`);
    }
  }
});
