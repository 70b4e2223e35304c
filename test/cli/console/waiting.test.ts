import assert from 'node:assert/strict';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { eventually } from '../../eventually.ts';
import { isFinal, pictureOf, startPipeline, type Pipeline } from '../../promises/pipeline.ts';
import { startReaderAndWriter, type ReaderAndWriter } from './pipeline-console.ts';
import type { RawClient } from './raw-client.ts';

const waiting = z.object({
  reasons: z.array(z.object({ reason: z.object({ code: z.string() }), pictures: z.number() })),
  isComplete: z.boolean(),
  pictures: z.array(z.object({ key: z.string(), camera: z.string(), nextTryAt: z.string() })),
  deadLetters: z.number(),
});

describe('Waiting in the console', () => {
  let pipeline: Pipeline;
  let consoles: ReaderAndWriter;
  let reader: RawClient;
  let writer: RawClient;

  beforeAll(async () => {
    pipeline = await startPipeline();
    consoles = await startReaderAndWriter(pipeline.stack);
    ({ reader, writer } = consoles);
  });
  afterAll(async () => {
    await consoles.close();
    await pipeline.stop();
  });

  const waitingNow = async () => waiting.parse((await reader('GET', '/api/waiting')).json);

  test('names a picture that waits, its reason and its next try, without a scan of the table', async () => {
    const end = pipeline.stack.vehiclePlateEndpoint.script({
      answer: { kind: 'failure', resultCode: 4290000, status: 429 },
    });
    await pipeline.upload('gate-north/1.jpg', pictureOf('12가3456'));
    const state = await eventually('a waiting picture', async () => {
      const now = await waitingNow();
      return now.pictures.length > 0 ? now : undefined;
    });
    assert.deepEqual(
      state.reasons.map(({ reason, pictures }) => [reason.code, pictures]),
      [['TOO_MANY_REQUESTS', 1]],
    );
    assert.deepEqual(
      state.pictures.map(({ key, camera }) => [key, camera]),
      [['gate-north/1.jpg', 'gate-north']],
    );
    assert.equal(state.isComplete, true);
    const operations = pipeline.stack.dynamodb.requests.map(({ operation }) => operation);
    assert.ok(operations.includes('Query') && !operations.includes('Scan'));
    end();
    await pipeline.recordOf('gate-north/1.jpg', isFinal);
    assert.deepEqual((await waitingNow()).pictures, []);
  });

  test('explains the dead letters, and moves them back only with --write', async () => {
    const record = await pipeline.uploadQuietly('gate-south/2.jpg', pictureOf('12가3457'));
    await pipeline.sqs.send(
      new SendMessageCommand({
        QueueUrl: pipeline.stack.deadLetterQueueUrl,
        MessageBody: JSON.stringify({ Records: [record] }),
      }),
    );
    assert.equal((await waitingNow()).deadLetters, 1);
    const { json } = await reader('GET', '/api/waiting/dead-letters');
    const explained = z
      .object({ messages: z.number(), groups: z.array(z.object({ code: z.string(), ifMoved: z.string() })) })
      .parse(json);
    assert.deepEqual(explained, { messages: 1, groups: [{ code: 'NO_RECORD', ifMoved: 'read' }] });

    const refused = await reader('POST', '/api/waiting/redrive');
    assert.equal(refused.status, 403);
    assert.equal(await pipeline.deadLetterCount(), 1);
    // Two at once are one move.
    const moves = await Promise.all([
      writer('POST', '/api/waiting/redrive'),
      writer('POST', '/api/waiting/redrive'),
    ]);
    assert.deepEqual(
      moves.map(({ json: moved }) => moved),
      [{ moved: 1 }, { moved: 1 }],
    );
    await pipeline.recordOf('gate-south/2.jpg', isFinal);
    assert.equal(await pipeline.deadLetterCount(), 0);
  });
});
