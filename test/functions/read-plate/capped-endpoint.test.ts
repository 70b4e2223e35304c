import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { CallCounter } from '../../../functions/adapters/call-counter.ts';
import type { MayCall, VehiclePlateEndpoint } from '../../../functions/adapters/vehicle-plate-endpoint.ts';
import type { CallCaps, CallPeriod } from '../../../functions/core/spend/call-cap.ts';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import { createCappedEndpoint } from '../../../functions/read-plate/capped-endpoint.ts';
import { makeJpeg } from '../../fakes/pictures.ts';
import { failedReply, readReply } from '../../fakes/scripted-endpoint.ts';

const jpeg = makeJpeg(1920, 1080);
const picture = {
  parts: [jpeg],
  sizeBytes: jpeg.length,
  fileType: 'jpeg',
  width: 1920,
  height: 1080,
} as const;
const credentials = { appKey: 'app', secretKey: 'secret' };
const nowMs = Date.parse('2026-11-22T08:00:00.000Z');

/** Counts in memory, for one day. */
function createInMemoryCounter() {
  let calls = 0;
  return {
    calls: () => calls,
    reserve(_period: CallPeriod, { perDay, perMonth }: CallCaps) {
      if (calls >= perDay || calls >= perMonth) return Promise.resolve({ ofDay: calls, ofMonth: calls });
      calls += 1;
      return Promise.resolve(undefined);
    },
    giveBack() {
      calls -= 1;
      return Promise.resolve();
    },
  } satisfies CallCounter & { calls: unknown };
}

/** Asks as often as the requests say; each is taken by a connection or not. */
function endpointWith(requests: readonly ('taken' | 'not taken')[]): VehiclePlateEndpoint {
  return {
    async ask(_picture, _credentials, mayCall: MayCall = () => Promise.resolve(undefined)) {
      let calls = 0;
      for (const request of requests) {
        const held = await mayCall();
        if (held) return { reply: calls === 0 ? held : failedReply, calls };
        if (request === 'taken') calls += 1;
      }
      return { reply: readReply, calls };
    },
  };
}

function ask(endpoint: VehiclePlateEndpoint, counter: CallCounter, perDay: number) {
  const caps = { perDay, perMonth: 1000 };
  return createCappedEndpoint({ endpoint, counter, caps, now: () => nowMs }).ask(picture, credentials);
}

describe('a call to an endpoint with a cap', () => {
  test('is counted', async () => {
    const counter = createInMemoryCounter();
    assert.deepEqual(await ask(endpointWith(['taken']), counter, 5), { reply: readReply, calls: 1 });
    assert.equal(counter.calls(), 1);
  });

  test('is counted twice where its connection broke and it was sent again', async () => {
    const counter = createInMemoryCounter();
    await ask(endpointWith(['taken', 'taken']), counter, 5);
    assert.equal(counter.calls(), 2);
  });

  test('is not counted where no connection took it', async () => {
    const counter = createInMemoryCounter();
    await ask(endpointWith(['not taken']), counter, 5);
    await ask(endpointWith(['taken', 'not taken']), counter, 5);
    assert.equal(counter.calls(), 1);
  });

  test('is not made beyond the cap: the picture is held', async () => {
    const counter = createInMemoryCounter();
    await ask(endpointWith(['taken']), counter, 1);
    const { reply, calls } = await ask(endpointWith(['taken']), counter, 1);
    assert.deepEqual([reply.kind, calls, counter.calls()], ['held', 0, 1]);
  });

  test('is not sent again beyond the cap', async () => {
    const counter = createInMemoryCounter();
    const { reply, calls } = await ask(endpointWith(['taken', 'taken']), counter, 1);
    assert.deepEqual([reply, calls, counter.calls()], [failedReply, 1, 1]);
  });

  test('is not made where it cannot be counted', async () => {
    const denied = new OutsideError('DYNAMODB_ACCESSDENIED', 'Denied.', undefined);
    const counter = { ...createInMemoryCounter(), reserve: () => Promise.reject(denied) };
    await assert.rejects(ask(endpointWith(['taken']), counter, 1), denied);
  });

  test('keeps its answer where it cannot be given back', async () => {
    const counter = { ...createInMemoryCounter(), giveBack: () => Promise.reject(new Error('Lost.')) };
    assert.equal((await ask(endpointWith(['taken', 'not taken']), counter, 5)).reply, readReply);
  });
});
