import assert from 'node:assert/strict';
import { test } from 'vitest';
import { backfillStateFileName } from '../../../../cli/commands/backfill/backfill-state.ts';

test('each pair of source and queue has its own constant state file name', () => {
  const names = [
    backfillStateFileName('s3://pictures/a', 'https://sqs/dev'),
    backfillStateFileName('s3://pictures/b', 'https://sqs/dev'),
    backfillStateFileName('s3://pictures/a', 'https://sqs/prod'),
  ];
  assert.equal(new Set(names).size, 3);
  assert.equal(backfillStateFileName('s3://pictures/a', 'https://sqs/dev'), names[0]);
  for (const name of names) assert.match(name, /^\.plateline-backfill-[0-9a-f]{12}\.json$/);
});
