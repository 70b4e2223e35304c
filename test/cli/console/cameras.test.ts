import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import type { RunningConsole } from '../../../cli/console/start-console.ts';
import { isFinal, pictureOf, startPipeline, type Pipeline } from '../../promises/pipeline.ts';
import { startConsoleOn } from './pipeline-console.ts';
import { signIn, type RawClient } from './raw-client.ts';

const hour = z.object({ reads: z.number(), noPlates: z.number(), unreadable: z.number() });
const answer = z.object({
  isComplete: z.boolean(),
  cameras: z.array(
    z.object({
      camera: z.string(),
      pictures: z.number(),
      reads: z.number(),
      noPlates: z.number(),
      waiting: z.number(),
      lastSeen: z.string(),
      hours: z.array(hour),
    }),
  ),
});

describe('Cameras in the console', () => {
  let pipeline: Pipeline;
  let running: RunningConsole;
  let ask: RawClient;
  const bugs: unknown[] = [];

  beforeAll(async () => {
    pipeline = await startPipeline({
      environment: { KEY_TEMPLATE: '{camera}/{yyyy}/{MM}/{dd}/{HH}{mm}{ss}.*' },
    });
    running = await startConsoleOn(pipeline.stack, { writer: undefined, bugs });
    ask = await signIn(running);
  });
  afterAll(async () => {
    await running.close();
    await pipeline.stop();
    assert.deepEqual(bugs, []);
  });

  test('shows each camera by the hour of capture, and when it was last seen, without a scan', async () => {
    const keys = ['gate/2026/11/27/235900.png', 'gate/2026/11/27/081500.png', '<i>/2026/11/27/000000.png'];
    await pipeline.upload(keys[0] ?? '', pictureOf());
    await pipeline.upload(keys[1] ?? '', pictureOf('11가1111'));
    await pipeline.upload(keys[2] ?? '', pictureOf('22가2222'));
    for (const key of keys) await pipeline.recordOf(key, isFinal);
    await pipeline.queueIsEmpty();

    const { cameras, isComplete } = answer.parse((await ask('GET', '/api/cameras?days=1')).json);
    assert.equal(isComplete, true);
    assert.deepEqual(
      cameras.map(({ camera, pictures, reads, noPlates, waiting, lastSeen }) => ({
        ...{ camera, pictures, reads, noPlates, waiting, lastSeen },
      })),
      [
        {
          camera: '<i>',
          pictures: 1,
          reads: 1,
          noPlates: 0,
          waiting: 0,
          lastSeen: '2026-11-26T15:00:00.000Z',
        },
        {
          camera: 'gate',
          pictures: 2,
          reads: 1,
          noPlates: 1,
          waiting: 0,
          lastSeen: '2026-11-27T14:59:00.000Z',
        },
      ],
    );
    const [, gate] = cameras;
    assert.deepEqual(gate?.hours[8], { reads: 1, noPlates: 0, unreadable: 0 });
    assert.deepEqual(gate.hours[23], { reads: 0, noPlates: 1, unreadable: 0 });
    assert.ok(!pipeline.stack.dynamodb.requests.some(({ operation }) => operation === 'Scan'));
  });

  test('refuses a span that is none in a sentence', async () => {
    for (const days of ['0', '400', 'x']) {
      assert.equal((await ask('GET', `/api/cameras?days=${days}`)).status, 400, days);
    }
  });
});
