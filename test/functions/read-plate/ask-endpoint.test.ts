import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { SecretStore } from '../../../functions/adapters/secret-store.ts';
import type { VehiclePlateEndpoint } from '../../../functions/adapters/vehicle-plate-endpoint.ts';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import type { Reply } from '../../../functions/core/contract/reply.ts';
import { createAskEndpoint } from '../../../functions/read-plate/ask-endpoint.ts';
import type { CallTally } from '../../../functions/read-plate/ask-for-plates.ts';
import { closedBreaker } from '../../fakes/closed-breaker.ts';
import { createInMemorySecretStore } from '../../fakes/in-memory-secret-store.ts';
import { makeJpeg } from '../../fakes/pictures.ts';
import {
  createScriptedEndpoint,
  failedReply,
  readReply,
  refusedReply,
  unreadableReply,
} from '../../fakes/scripted-endpoint.ts';

const jpeg = makeJpeg(1920, 1080);
const picture = {
  parts: [jpeg],
  sizeBytes: jpeg.length,
  fileType: 'jpeg',
  width: 1920,
  height: 1080,
} as const;
const old = { appKey: 'app', secretKey: 'old' };
const fresh = { appKey: 'app', secretKey: 'fresh' };
const noSecret: SecretStore = {
  current: () => Promise.resolve(misconfigured),
  insteadOf: () => Promise.resolve(misconfigured),
};
const misconfigured = {
  kind: 'misconfigured',
  reason: { code: 'NO_SECRET', message: 'There is none.' },
} as const;

/**
 * Asks with scripted replies; `times` answers in order whether there is time for a call, the last one from
 * then on.
 */
async function ask(
  replies: readonly [Reply, ...Reply[]],
  {
    secrets = createInMemorySecretStore(old, fresh),
    times = [true],
  }: { secrets?: SecretStore; times?: boolean[] } = {},
) {
  const endpoint = createScriptedEndpoint(...replies);
  const tally: CallTally = { calls: 0, latenciesMs: [] };
  const askEndpoint = createAskEndpoint({ breaker: closedBreaker, secrets, endpoint, now: () => 0 });
  const timeForCall = () => (times.length > 1 ? times.shift() : times[0]) ?? false;
  const outcome = await askEndpoint(picture, timeForCall, tally);
  return { outcome, tally, asked: endpoint.asked.map(({ credentials }) => credentials) };
}

test('a read plate costs one call, with the current credentials and the picture as it is', async () => {
  const endpoint = createScriptedEndpoint(readReply);
  const askEndpoint = createAskEndpoint({
    breaker: closedBreaker,
    secrets: createInMemorySecretStore(old),
    endpoint,
    now: () => 0,
  });
  assert.equal(await askEndpoint(picture, () => true, { calls: 0, latenciesMs: [] }), readReply);
  assert.deepEqual(endpoint.asked, [{ picture, credentials: old }]);
});

for (const reply of [
  { kind: 'no-plate', reason: { code: 'C', message: 'M' } },
  { kind: 'rejected', reason: { code: 'C', message: 'M' } },
  { kind: 'misconfigured', reason: { code: 'C', message: 'M' } },
  failedReply,
] satisfies Reply[]) {
  test(`${reply.kind} is not sent again`, async () => {
    const { outcome, asked } = await ask([reply, readReply]);
    assert.equal(outcome, reply);
    assert.equal(asked.length, 1);
  });
}

describe('a plate that cannot be read', () => {
  test('is sent once more', async () => {
    const { outcome, asked } = await ask([unreadableReply, readReply]);
    assert.equal(outcome.kind, 'read');
    assert.deepEqual(asked, [old, old]);
  });

  test('twice is final', async () => {
    const { outcome, asked } = await ask([unreadableReply, unreadableReply, readReply]);
    assert.equal(outcome.kind, 'unreadable');
    assert.equal(asked.length, 2);
  });

  test('waits where the second answer is a failure', async () => {
    assert.equal((await ask([unreadableReply, failedReply])).outcome, failedReply);
  });

  test('waits where there is no time for another call', async () => {
    const { outcome, asked } = await ask([unreadableReply, readReply], { times: [true, false] });
    assert.ok(outcome.kind === 'wait' && outcome.reason.code === 'OUT_OF_TIME');
    assert.equal(asked.length, 1);
  });
});

describe('refused credentials', () => {
  test('are read again, and the picture is sent again with them', async () => {
    const { outcome, asked } = await ask([refusedReply, readReply]);
    assert.equal(outcome.kind, 'read');
    assert.deepEqual(asked, [old, fresh]);
  });

  test('are read again only once, then the outcome is misconfigured', async () => {
    const secrets = createInMemorySecretStore(old, fresh, old);
    const { outcome, asked } = await ask([refusedReply, refusedReply, readReply], { secrets });
    assert.deepEqual(outcome, {
      kind: 'misconfigured',
      reason: { code: 'UNAUTHORIZED', message: 'Not accepted.' },
    });
    assert.equal(asked.length, 2);
    assert.deepEqual(secrets.freshReads, [old]);
  });

  test('at the second call for an unreadable plate are misconfigured', async () => {
    assert.equal((await ask([unreadableReply, refusedReply, readReply])).outcome.kind, 'misconfigured');
  });

  test('that are gone from the store are misconfigured, without another call', async () => {
    const secrets: SecretStore = {
      ...createInMemorySecretStore(old),
      insteadOf: () => Promise.resolve(misconfigured),
    };
    const { outcome, asked } = await ask([refusedReply, readReply], { secrets });
    assert.equal(outcome, misconfigured);
    assert.equal(asked.length, 1);
  });

  test('wait where there is no time to ask again', async () => {
    const { outcome, asked } = await ask([refusedReply, readReply], { times: [true, false] });
    assert.ok(outcome.kind === 'wait' && outcome.reason.code === 'OUT_OF_TIME');
    assert.equal(asked.length, 1);
  });

  test('do not use up the second call for an unreadable plate', async () => {
    const { outcome, asked } = await ask([refusedReply, unreadableReply, readReply]);
    assert.equal(outcome.kind, 'read');
    assert.deepEqual(asked, [old, fresh, fresh]);
  });
});

test('without credentials there is no call', async () => {
  const { outcome, asked } = await ask([readReply], { secrets: noSecret });
  assert.equal(outcome, misconfigured);
  assert.equal(asked.length, 0);
});

test('without time there is no call', async () => {
  const { outcome, asked } = await ask([readReply], { times: [false] });
  assert.ok(outcome.kind === 'wait' && outcome.reason.code === 'OUT_OF_TIME');
  assert.equal(asked.length, 0);
});

test('the error of a failed store is passed on', async () => {
  const denied = new OutsideError('SSM_ACCESSDENIEDEXCEPTION', 'Denied.', undefined);
  const secrets: SecretStore = { ...noSecret, current: () => Promise.reject(denied) };
  await assert.rejects(ask([readReply], { secrets }), denied);
});

/** The tally after an endpoint that always gives this result. */
async function tallyOf(end: Awaited<ReturnType<VehiclePlateEndpoint['ask']>>): Promise<CallTally> {
  const endpoint = { ...createScriptedEndpoint(readReply), ask: () => Promise.resolve(end) };
  const tally: CallTally = { calls: 0, latenciesMs: [] };
  const askEndpoint = createAskEndpoint({
    breaker: closedBreaker,
    secrets: createInMemorySecretStore(old),
    endpoint,
    now: () => 0,
  });
  await askEndpoint(picture, () => true, tally);
  return tally;
}

test('each request is counted, also where the endpoint needed two for an answer', async () => {
  const { calls } = await tallyOf({ reply: unreadableReply, calls: 2 });
  assert.equal(calls, 4);
});

test('each answer is timed', async () => {
  const moments = [1000, 1300, 2000, 2050];
  const tally: CallTally = { calls: 0, latenciesMs: [] };
  const askEndpoint = createAskEndpoint({
    breaker: closedBreaker,
    secrets: createInMemorySecretStore(old),
    endpoint: createScriptedEndpoint(unreadableReply, readReply),
    now: () => moments.shift() ?? assert.fail('The clock was asked too often.'),
  });
  await askEndpoint(picture, () => true, tally);
  assert.deepEqual(tally.latenciesMs, [300, 50]);
});

test('an endpoint that could not be reached is not timed', async () => {
  const { latenciesMs } = await tallyOf({ reply: failedReply, calls: 0 });
  assert.deepEqual(latenciesMs, []);
});

test('calls are counted even where a later step throws', async () => {
  const failing: SecretStore = {
    ...createInMemorySecretStore(old),
    insteadOf: () => Promise.reject(new Error('Parameter Store is away.')),
  };
  const tally: CallTally = { calls: 0, latenciesMs: [] };
  const askEndpoint = createAskEndpoint({
    breaker: closedBreaker,
    secrets: failing,
    endpoint: createScriptedEndpoint(refusedReply),
    now: () => 0,
  });
  await assert.rejects(askEndpoint(picture, () => true, tally));
  assert.deepEqual(tally, { calls: 1, latenciesMs: [0] });
});

describe('the breaker', () => {
  const held = {
    kind: 'held',
    by: 'breaker',
    reason: { code: 'BREAKER_OPEN', message: 'Open.' },
    retryAfterSeconds: 1800,
  } as const;
  const gone: Reply = { kind: 'misconfigured', reason: { code: 'NOT_FOUND', message: 'Gone.' } };

  /** What the breaker learns of replies, and the outcome. */
  async function tell(replies: readonly [Reply, ...Reply[]], breaker: Partial<typeof closedBreaker> = {}) {
    const told: string[] = [];
    const endpoint = createScriptedEndpoint(...replies);
    const askEndpoint = createAskEndpoint({
      breaker: {
        ...closedBreaker,
        refused: () => Promise.resolve(void told.push('refused')),
        answered: () => Promise.resolve(void told.push('answered')),
        ...breaker,
      },
      secrets: createInMemorySecretStore(old, fresh),
      endpoint,
      now: () => 0,
    });
    const outcome = await askEndpoint(picture, () => true, { calls: 0, latenciesMs: [] });
    return { told, outcome, calls: endpoint.asked.length };
  }

  test('holds a picture before any call', async () => {
    const { outcome, calls } = await tell([readReply], { enter: () => Promise.resolve(held) });
    assert.deepEqual([outcome, calls], [held, 0]);
  });

  test('learns of refused keys and of a missing endpoint, once for a picture', async () => {
    assert.deepEqual((await tell([refusedReply])).told, ['refused']);
    assert.deepEqual((await tell([gone])).told, ['refused']);
  });

  test('learns of every answer about a picture, and of nothing else', async () => {
    assert.deepEqual((await tell([readReply])).told, ['answered']);
    assert.deepEqual((await tell([unreadableReply])).told, ['answered']);
    assert.deepEqual((await tell([refusedReply, readReply])).told, ['answered']);
    assert.deepEqual((await tell([failedReply])).told, []);
  });

  test('that opens with a refusal holds that picture too', async () => {
    assert.deepEqual((await tell([gone], { refused: () => Promise.resolve(held) })).outcome, held);
  });

  test('that fails changes no outcome', async () => {
    const lost = () => Promise.reject(new Error('Lost.'));
    assert.equal((await tell([readReply], { answered: lost })).outcome, readReply);
    assert.deepEqual((await tell([gone], { refused: lost })).outcome, gone);
  });
});
