import assert from 'node:assert/strict';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';
import * as z from 'zod';
import {
  createDynamoDBClient,
  createS3Client,
  createSqsClient,
  createSsmClient,
} from '../../../cli/aws/clients.ts';
import { resourcesOf } from '../../../cli/aws/resources.ts';
import { startConsole, type RunningConsole } from '../../../cli/console/start-console.ts';
import { createReadingsTable } from '../../../functions/adapters/readings-table.ts';
import { plateAttributes } from '../../../functions/core/record/build-record.ts';
import { pictureRecord, type PictureRecord } from '../../../functions/core/record/record.ts';
import { startLocalStack, type LocalStack } from '../../../infra/local/stack.ts';
import { putItems, recordOf } from '../put-items.ts';
import { runPlateline } from '../run-plateline.ts';
import { signIn, type RawClient } from './raw-client.ts';

const openReviews = z.object({ records: z.array(pictureRecord), hasMore: z.boolean() });
const decidedRecord = z.object({ record: pictureRecord });
const fault = z.object({ code: z.string() });

const readWith = (name: string, plate: string, confidence: number) =>
  recordOf(name, {
    plate,
    confidence,
    plates: [{ plate, confidence, box: recordOf(name).box }],
    plateKey: undefined,
    ...plateAttributes({ plate, confidence }, 0.8),
  });
const doubtful = readWith('gate/doubtful.jpg', '12거3456', 0.4);
const certain = readWith('gate/certain.jpg', '34나5678', 0.97);

describe('Review', () => {
  let stack: LocalStack;
  let dynamodb: ReturnType<typeof createDynamoDBClient>;
  let running: RunningConsole;
  let ask: RawClient;

  beforeAll(async () => {
    stack = await startLocalStack({ polling: false });
    const { region, credentials } = stack.s3.clientConfiguration;
    const connection = { endpointUrl: stack.gateway.url, region, credentials };
    dynamodb = createDynamoDBClient(connection);
    running = await startConsole({
      source: {
        dynamodb,
        s3: createS3Client(connection),
        sqs: createSqsClient(connection),
        ssm: createSsmClient(connection),
        stage: 'local',
        writer: 'kim',
        bucket: stack.bucket,
        ...resourcesOf({ stage: 'local' }),
      },
      port: 0,
      onBug: (error) => {
        throw error;
      },
    });
    ask = await signIn(running);
  });
  afterAll(async () => {
    await running.close();
    dynamodb.destroy();
    await stack.stop();
  });
  beforeEach(() => putItems(dynamodb, stack.tableName, [doubtful, certain]));

  const openKeys = async () => {
    const { json } = await ask('GET', '/api/review');
    return openReviews.parse(json).records.map(({ key }) => key);
  };
  const stored = async (imageId: string): Promise<PictureRecord> => {
    const key = { TableName: stack.tableName, Key: marshall({ imageId }), ConsistentRead: true };
    return pictureRecord.parse(unmarshall((await dynamodb.send(new GetItemCommand(key))).Item ?? {}));
  };
  const post = (body: unknown) => ask('POST', '/api/review', body);
  const decideAbout = async (
    { imageId: id, readAt, review }: PictureRecord,
    decision: Readonly<Record<string, string>>,
  ) => {
    const { status, json } = await post({ id, readAt, reviewedAt: review?.at, decision });
    assert.equal(status, 200, JSON.stringify(json));
    return decidedRecord.parse(json).record;
  };
  const find = async (...args: string[]) =>
    (await runPlateline(['find', ...args, '--stage', 'local', '--endpoint-url', stack.gateway.url])).output;

  test('shows what needs a person, and nothing else', async () => {
    assert.deepEqual(await openKeys(), ['gate/doubtful.jpg']);
  });

  test('a correction stands beside the read, with who and when, and is what search and export find', async () => {
    const before = await stored(doubtful.imageId);
    const after = await decideAbout(before, { kind: 'correct', plate: '12가 3456' });
    assert.deepEqual(after, await stored(doubtful.imageId));
    assert.deepEqual([after.plate, after.plates], [before.plate, before.plates]);
    const { review } = after;
    assert.ok(review?.decision === 'corrected');
    assert.deepEqual([review.plate, review.by], ['12가 3456', 'kim']);
    assert.ok(Math.abs(Date.parse(review.at) - Date.now()) < 60_000);
    assert.deepEqual(
      [after.plateKey, after.lastFour, after.needsReview, after.reviewState],
      ['12가3456', '3456', false, undefined],
    );
    assert.deepEqual(await openKeys(), []);

    assert.match(await find('12가3456'), /12가 3456.*corrected to 12가 3456 \(read as 12거3456\) by kim/);
    assert.equal(await find('12거3456'), '');
    const csv = await runPlateline([
      ...['export', '--camera', 'gate', '--since', '2026-11-22', '--until', '2026-11-22'],
      ...['--stage', 'local', '--endpoint-url', stack.gateway.url],
    ]);
    assert.match(csv.output, /,12거3456,12가3456,.*,corrected,12가 3456,kim,/);
  });

  test('a rejected read is not found by its plate; taken back, it is found and open again', async () => {
    const rejected = await decideAbout(await stored(doubtful.imageId), { kind: 'reject' });
    assert.deepEqual([rejected.plate, rejected.plateKey], ['12거3456', undefined]);
    assert.equal(await find('--last', '3456'), '');
    const reopened = await decideAbout(rejected, { kind: 'reopen' });
    assert.deepEqual(reopened, await stored(doubtful.imageId));
    assert.deepEqual([reopened.review, reopened.reviewState], [undefined, 'OPEN']);
    assert.match(await find('--last', '3456'), /12거3456/);
    assert.deepEqual(await openKeys(), ['gate/doubtful.jpg']);
  });

  test('of two people who decide about the same record, the second is refused and sees the first', async () => {
    const seen = await stored(doubtful.imageId);
    const first = await decideAbout(seen, { kind: 'confirm' });
    const { imageId: id, readAt } = seen;
    const second = await post({ id, readAt, decision: { kind: 'reject' } });
    assert.equal(second.status, 409);
    assert.equal(fault.parse(second.json).code, 'REVIEWED_MEANWHILE');
    assert.deepEqual(await stored(id), first);
  });

  test('a second delivery of the picture after a review changes nothing', async () => {
    const after = await decideAbout(await stored(doubtful.imageId), { kind: 'correct', plate: '12가3456' });
    const table = createReadingsTable(stack.tableName, stack.dynamodb.clientConfiguration);
    const nowMs = Date.now();
    const { bucket, key, uploadedAt, camera = '', capturedAt } = after;
    const announced = {
      ...{ bucket, key, uploadedAt, camera, capturedAt },
      capturedAtSource: 'upload',
      expiresAt: 2_000_000_000,
    } as const;
    const claim = await table.claim(after.imageId, announced, { owner: 'other', nowMs, untilMs: nowMs + 1 });
    assert.deepEqual(claim, { kind: 'final' });
    assert.deepEqual(await stored(doubtful.imageId), after);
  });

  test('new plate rules change what follows from a correction, and leave the correction', async () => {
    const after = await decideAbout(await stored(doubtful.imageId), { kind: 'correct', plate: '12가3456' });
    await putItems(dynamodb, stack.tableName, [{ ...after, rulesVersion: 'old', plateClass: 'rental' }]);
    await runPlateline(['reclassify', '--stage', 'local', '--endpoint-url', stack.gateway.url]);
    assert.deepEqual(await stored(doubtful.imageId), after);
  });

  test('a picture without a record, a text that is no plate and a wrong body are refused in a sentence', async () => {
    const { readAt } = doubtful;
    for (const [body, status, code] of [
      [{ id: 's3://b/none?etag=1', readAt, decision: { kind: 'confirm' } }, 404, 'NO_RECORD'],
      [{ id: doubtful.imageId, readAt, decision: { kind: 'correct', plate: '-' } }, 400, 'USAGE'],
      [{ id: doubtful.imageId, readAt, decision: { kind: 'erase' } }, 400, 'USAGE'],
      [{ id: doubtful.imageId, readAt, decision: { kind: 'correct', plate: 'x'.repeat(31) } }, 400, 'USAGE'],
      ['nonsense', 400, 'USAGE'],
    ] as const) {
      const answer = await post(body);
      assert.deepEqual([answer.status, fault.parse(answer.json).code], [status, code]);
    }
    assert.deepEqual(await stored(doubtful.imageId), pictureRecord.parse(doubtful));
  });
});
