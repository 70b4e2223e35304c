import assert from 'node:assert/strict';
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';
import * as z from 'zod';
import { rulesVersion } from '../../../../functions/core/plate/plate-rules.ts';
import { plateAttributes } from '../../../../functions/core/record/build-record.ts';
import { parseRecord } from '../../../../functions/core/record/parse-record.ts';
import { changesOf } from '../../../../cli/commands/reclassify/reclassification.ts';
import { writeChanges } from '../../../../cli/commands/reclassify/write-changes.ts';
import { startLocalStack, type LocalStack } from '../../../../infra/local/stack.ts';
import { runPlateline } from '../../run-plateline.ts';
import { putItems, recordOf } from '../../put-items.ts';

const summary = z.object({ reads: z.number(), changed: z.number(), overtaken: z.number() });

const old = recordOf('gate/old.jpg');
const misread = recordOf('gate/misread.jpg', { plate: '서울 12바 521S', plateKey: '서울12바521S' });
const current = recordOf('gate/current.jpg', plateAttributes({ plate: '12가3456', confidence: 0.91 }, 0.8));
const elsewhere = recordOf('road/old.jpg', { camera: 'road' });
const outdated = recordOf('gate/outdated.jpg', {
  ...plateAttributes({ plate: '12가3456', confidence: 0.91 }, 0.8),
  plateClass: 'regional',
  region: '서울',
  rulesVersion: 'of yesterday',
});
const empty = {
  ...recordOf('gate/empty.jpg', { status: 'NO_PLATE' }),
  ...{ plate: undefined, plateKey: undefined, confidence: undefined, box: undefined, plates: undefined },
};

const hidden = recordOf('gate/hidden.jpg', {
  ...{ plate: undefined, plateKey: 'hash:ab', plateHash: 'ab', plates: undefined, privacy: true },
  rulesVersion: 'of yesterday',
});

describe('plateline reclassify', () => {
  let stack: LocalStack;
  let dynamodb: DynamoDBClient;
  beforeAll(async () => {
    stack = await startLocalStack({ polling: false });
    dynamodb = new DynamoDBClient(stack.dynamodb.clientConfiguration);
  });
  beforeEach(() => putItems(dynamodb, stack.tableName, [old, misread, current, elsewhere, outdated, empty]));
  afterAll(async () => {
    dynamodb.destroy();
    await stack.stop();
  });

  const reclassify = (...args: string[]) =>
    runPlateline(['reclassify', '--stage', 'local', '--endpoint-url', stack.gateway.url, ...args]);
  const summaryOf = async (...args: string[]) =>
    summary.parse(JSON.parse((await reclassify('--json', ...args)).output));
  const stored = async ({ imageId }: { readonly imageId: string }) => {
    const { Item: item = {} } = await dynamodb.send(
      new GetItemCommand({
        TableName: stack.tableName,
        Key: marshall({ imageId }),
        ConsistentRead: true,
      }),
    );
    return unmarshall(item);
  };
  const allStored = async () => {
    const { Items: items = [] } = await dynamodb.send(
      new ScanCommand({ TableName: stack.tableName, ConsistentRead: true }),
    );
    return items;
  };

  test('gives stored reads the attributes of the current rules, and changes nothing else', async () => {
    const { errors, status } = await reclassify();
    assert.deepEqual([status, errors], [0, '']);
    for (const record of [old, misread, elsewhere]) {
      const attributes = plateAttributes({ plate: record.plate, confidence: record.confidence }, 0.8);
      assert.deepEqual(await stored(record), { ...record, ...attributes });
    }
    assert.deepEqual(await stored(outdated), { ...current, imageId: outdated.imageId, key: outdated.key });
  });

  test('does not change pictures without a plate', async () => {
    await reclassify();
    const record = await stored(empty);
    assert.deepEqual([record['status'], 'plateClass' in record], ['NO_PLATE', false]);
  });

  test('leaves out plates that are kept as hashes, and counts them', async () => {
    const { imageId } = hidden;
    await putItems(dynamodb, stack.tableName, [hidden]);
    const before = await stored(hidden);
    const { output } = await reclassify();
    assert.deepEqual(await stored(hidden), before);
    assert.match(output, / Left out: 1 read of plates that are kept as hashes only\.\n$/);
    await dynamodb.send(new DeleteItemCommand({ TableName: stack.tableName, Key: marshall({ imageId }) }));
  });

  test('changes nothing in a second run', async () => {
    assert.deepEqual(await summaryOf(), { reads: 5, changed: 4, overtaken: 0 });
    const before = await allStored();
    assert.deepEqual(await summaryOf(), { reads: 5, changed: 0, overtaken: 0 });
    assert.deepEqual(await allStored(), before);
  });

  test('shows the changes of a dry run, and writes nothing', async () => {
    const before = await allStored();
    const { output, status } = await reclassify('--dry-run', '--camera', 'gate');
    assert.equal(status, 0);
    assert.deepEqual(await allStored(), before);
    assert.match(output, /^attribute +records$/m);
    assert.match(output, /^plateClass +3$/m);
    assert.match(output, /^regional +private +1$/m);
    assert.match(output, /plateKey +서울12바521S +서울12바5215 +s3:\/\/pictures\/gate\/misread\.jpg/);
    assert.match(output, /^ +region +서울 +- *$/m);
    assert.ok(
      output.endsWith(`Rules ${rulesVersion}: 4 reads looked at, 3 would change. Nothing was written.\n`),
    );
  });

  test('changes only the named cameras and span of time', async () => {
    assert.deepEqual(await summaryOf('--camera', 'road'), { reads: 1, changed: 1, overtaken: 0 });
    assert.deepEqual(await stored(old), old);
    assert.deepEqual(await summaryOf('--since', '2026-11-23'), { reads: 0, changed: 0, overtaken: 0 });
  });

  test('marks reads below the given confidence for review', async () => {
    await reclassify('--review-below', '0.95');
    assert.equal((await stored(current))['needsReview'], true);
  });

  test('does not change needsReview without a given confidence', async () => {
    const reviewed = { ...current, needsReview: true, reviewState: 'OPEN' };
    await putItems(dynamodb, stack.tableName, [reviewed]);
    await reclassify();
    assert.deepEqual(await stored(current), reviewed);
  });

  test('writes no faster than its rate', async () => {
    const startMs = performance.now();
    await reclassify('--rate', '2');
    assert.ok(performance.now() - startMs >= 2000);
  });

  test('names a missing table', async () => {
    const { errors, status } = await reclassify('--table', 'no-such-table');
    assert.equal(status, 1);
    assert.match(errors, /^error: There is no table no-such-table in ap-northeast-2/);
  });

  for (const [args, sentence] of [
    [['--review-below', '80'], /It must be a number from 0 to 1/],
    [['--rate', '0'], /It must be a whole number from 1 to 1000/],
    [['--since', '2026-02-30'], /2026-02-30/],
  ] as const) {
    test(`refuses ${args.join(' ')}`, async () => {
      const { errors, status } = await reclassify(...args);
      assert.equal(status, 2);
      assert.match(errors, sentence);
    });
  }

  describe('a record that after its read', () => {
    const write = async () => {
      const record = parseRecord(old);
      return await writeChanges(dynamodb, stack.tableName, record, changesOf(record, 0.8));
    };

    test('got another plate is not changed', async () => {
      const changed = { ...old, plate: '34나5678' };
      await putItems(dynamodb, stack.tableName, [changed]);
      assert.equal(await write(), 'overtaken');
      assert.deepEqual(await stored(old), changed);
    });

    test('was deleted is not created again', async () => {
      await dynamodb.send(
        new DeleteItemCommand({ TableName: stack.tableName, Key: marshall({ imageId: old.imageId }) }),
      );
      assert.equal(await write(), 'overtaken');
      assert.deepEqual(await stored(old), {});
    });
  });
});
