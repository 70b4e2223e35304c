import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, test } from 'vitest';
import { noCap } from '../../functions/core/spend/call-cap.ts';
import { readReply } from '../../functions/core/contract/reply.ts';
import { alarmsOf, ringsAt, type Alarm, type Measured } from '../infra/cloudwatch.ts';
import { deployedTemplate } from '../infra/template.ts';
import { apart, endpointAnswers, runStuckHistory, type Scenario } from './stuck-history.ts';

/** How much later than it was measured a value can be in CloudWatch. */
const delaySeconds = 120;
/** What the runbook promises (picture-waits-long), and for an outage of everything (most-pictures-wait). */
const promisedMinutes = 65;
const promisedMinutesOfOutage = 45;
const faultMinutes = 130;

const quotaReply = readReply(
  429,
  JSON.stringify({ header: { isSuccessful: false, resultCode: 4291001 } }),
  undefined,
);
const longPause = readReply(503, '', 11 * 3600);
const htmlReply = readReply(200, '<html>', undefined);
const answers = (reply: typeof quotaReply) =>
  endpointAnswers(() => () => Promise.resolve({ reply, calls: 1 }));
let calls = 0;

const stuck: Readonly<Record<string, Scenario>> = {
  'the endpoint is out': { weather: { isOut: (of) => of === 'endpoint' } },
  'the endpoint fails for 99 of 100 calls': endpointAnswers(
    (ask) =>
      (...request) =>
        ++calls % 100 === 0 ? ask(...request) : Promise.resolve({ reply: htmlReply, calls: 1 }),
  ),
  'the keys are refused': { weather: { isOut: (of) => of === 'secret' } },
  'the address is wrong': { weather: { isOut: (of) => of === 'address' } },
  'S3 fails': { weather: { isOut: (of) => of === 'S3' } },
  'Parameter Store fails': { weather: { isOut: (of) => of === 'SSM' } },
  'DynamoDB fails': { weather: { isOut: (of) => of === 'DynamoDB' } },
  'SQS and the endpoint fail': { weather: { isOut: (of) => of === 'SQS' || of === 'endpoint' } },
  'S3 denies the pictures of one camera': {
    outside: (outside, isFaulty) => ({
      ...outside,
      s3: {
        ...outside.s3,
        answer: (request) =>
          isFaulty() && request.path.includes(apart)
            ? outside.s3.error('AccessDenied', 403)
            : outside.s3.answer(request),
      },
    }),
  },
  'the quota is used up': answers(quotaReply),
  'the endpoint asks for a pause of eleven hours': answers(longPause),
  'the endpoint sends HTML': answers(htmlReply),
  'the code throws at every picture': endpointAnswers(() => () => Promise.reject(new TypeError('A bug.'))),
  'every invocation times out': endpointAnswers(() => () => new Promise(() => undefined)),
  'the trigger is disabled from the start': { triggerStopsAfterMinutes: 0 },
  'the trigger is disabled while pictures wait that were received three times': {
    weather: { isOut: (of) => of === 'endpoint' },
    triggerStopsAfterMinutes: 15,
  },
};

const harmless: Readonly<Record<string, Scenario>> = {
  'everything works': {},
  'one request in fifty fails': { weather: { faultRate: 0.02 } },
  'every second request is slow': { weather: { slowRate: 0.5 } },
  'messages are delivered twice': { weather: { extraDeliveryRate: 0.2 } },
};

let alarms: (Alarm & { readonly logicalId: string })[];
beforeAll(async () => {
  alarms = alarmsOf(await deployedTemplate(['--stage', 'prod']));
});

/** The alarms that ring at a moment, when CloudWatch lacks the newest values. */
function ringing(atSeconds: number, measured: Measured): string[] {
  const known = Object.fromEntries(
    Object.entries(measured).map(([name, values]) => [
      name,
      values.filter((value) => value.atSeconds <= atSeconds - delaySeconds),
    ]),
  );
  return alarms
    .filter((alarm) => ringsAt(atSeconds, alarm, { ApproximateNumberOfMessagesVisible: [], ...known }))
    .map(({ logicalId }) => logicalId);
}

const seed = 1;

describe('an alarm rings for a stuck picture when', () => {
  for (const [what, scenario] of Object.entries(stuck)) {
    test(`${what}: after ${promisedMinutes} minutes at the latest, and until it is read`, async () => {
      const { measured, waits } = await runStuckHistory(seed, scenario, faultMinutes);
      const stuckOne = waits.find(
        ({ fromSeconds, untilSeconds }) => untilSeconds > fromSeconds + promisedMinutes * 60,
      );
      assert.ok(stuckOne, 'no picture is stuck');
      const lastSeconds = Math.min(stuckOne.untilSeconds, faultMinutes * 60);
      for (let at = stuckOne.fromSeconds + promisedMinutes * 60; at <= lastSeconds; at += 60) {
        assert.notDeepEqual(ringing(at, measured), [], `silent after ${at / 60} minutes`);
      }
    });
  }
});

test(`most-pictures-wait rings for an outage of the endpoint after ${promisedMinutesOfOutage} minutes at the latest`, async () => {
  const outage = { weather: { isOut: (of: string) => of === 'endpoint' } };
  const { measured, waits } = await runStuckHistory(seed, outage, faultMinutes);
  const atSeconds = (waits[0]?.fromSeconds ?? 0) + promisedMinutesOfOutage * 60;
  assert.ok(ringing(atSeconds, measured).includes('MostPicturesWaitAlarm'));
});

describe('no alarm rings when', () => {
  for (const [what, scenario] of Object.entries(harmless)) {
    test(what, async () => {
      const { measured } = await runStuckHistory(seed, scenario, faultMinutes);
      for (let at = 60; at <= faultMinutes * 60; at += 60) {
        assert.deepEqual(ringing(at, measured), [], `after ${at / 60} minutes`);
      }
    });
  }
});

test('only call-cap-reached rings while pictures wait for a cap, from the first one on', async () => {
  const capped: Scenario = {
    outside: (outside) => {
      const caps = { perDay: 3, perMonth: noCap };
      return { ...outside, callCaps: () => caps };
    },
  };
  const { measured } = await runStuckHistory(seed, capped, faultMinutes);
  const firstSeconds = measured['HeldByCallCap']?.[0]?.atSeconds ?? Infinity;
  assert.ok(firstSeconds < 3600);
  for (let at = 60; at <= faultMinutes * 60; at += 60) {
    if (at < firstSeconds) assert.deepEqual(ringing(at, measured), []);
    else if (at >= firstSeconds + delaySeconds + 60)
      assert.deepEqual(ringing(at, measured), ['CallCapReachedAlarm'], `after ${at / 60} minutes`);
  }
});

for (const [what, of] of Object.entries({
  'the keys are refused': 'secret',
  'the address is wrong': 'address',
})) {
  test(`breaker-open rings from the second hour on in which ${what}; no other alarm begins, and those before end`, async () => {
    const { measured } = await runStuckHistory(1, { weather: { isOut: (out) => out === of } }, 300);
    let before = ringing(80 * 60, measured);
    for (let at = 80 * 60; at <= 300 * 60; at += 60) {
      const now = ringing(at, measured);
      assert.ok(now.includes('BreakerOpenAlarm'), `silent after ${at / 60} minutes`);
      assert.deepEqual(
        now.filter((alarm) => !before.includes(alarm)),
        [],
        `after ${at / 60} minutes`,
      );
      before = now;
    }
    assert.deepEqual(before, ['BreakerOpenAlarm']);
  });
}

test('the runbook states the minutes that are proven here', async () => {
  const runbook = await readFile(path.resolve(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
  assert.match(runbook, new RegExp(`at most ${promisedMinutes} minutes after the upload of a stuck picture`));
  assert.match(runbook, new RegExp(`within ${promisedMinutesOfOutage} minutes\\s+of an outage`));
});
