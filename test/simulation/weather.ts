import type { Random } from './random.ts';

export type System = 'S3' | 'SQS' | 'SSM' | 'DynamoDB' | 'endpoint';
type Outage = {
  /** `secret`: the parameters have a wrong secret. `address`: no server answers there. */
  readonly of: System | 'secret' | 'address';
  readonly fromMs: number;
  readonly untilMs: number;
};

export type Weather = ReturnType<typeof drawWeather>;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What goes wrong in one history, and until when. */
export function drawWeather(random: Random, startMs: number) {
  const outage = random.chance(0.25) ? drawOutage(random, startMs) : undefined;
  const calmFromMs = Math.max(startMs + random.between(10, 40) * minuteMs, outage?.untilMs ?? 0);
  return {
    outage,
    /** Nothing fails after this time. */
    calmFromMs,
    /** Of each request outside an outage. */
    faultRate: random.pick([0, 0.03, 0.1, 0.25]),
    /** Of requests, the endpoint's included: they take seconds. */
    slowRate: random.pick([0, 0, 0.5]),
    /** Of invocations. */
    killRate: random.pick([0, 0.1, 0.3]),
    /** Of messages, at each receive: it stays visible for others. */
    extraDeliveryRate: random.pick([0, 0.05, 0.2]),
    isOut: (of: Outage['of'], nowMs: number): boolean =>
      outage?.of === of && outage.fromMs <= nowMs && nowMs < outage.untilMs,
  };
}

/** Weather in which the endpoint refuses the keys, or is gone, for hours or days, long after the other faults end. */
export function drawRefusals(random: Random, startMs: number): Weather {
  const weather = drawWeather(random, startMs);
  const fromMs = startMs + random.between(0, 5) * minuteMs;
  const durationMs = random.chance(0.03) ? random.between(2, 8) * 24 * hourMs : random.between(1, 9) * hourMs;
  const outage = { of: random.pick(['secret', 'address'] as const), fromMs, untilMs: fromMs + durationMs };
  return {
    ...weather,
    outage,
    calmFromMs: startMs + random.between(0, 40) * minuteMs,
    isOut: (of, nowMs) => outage.of === of && outage.fromMs <= nowMs && nowMs < outage.untilMs,
  };
}

function drawOutage(random: Random, startMs: number): Outage {
  const of = random.pick([
    'endpoint',
    'endpoint',
    'secret',
    'address',
    'S3',
    'SQS',
    'SSM',
    'DynamoDB',
  ] as const);
  const fromMs = startMs + random.between(0, 2) * minuteMs;
  const durationMs = random.chance(0.04) ? random.between(1, 10) * hourMs : random.between(1, 30) * minuteMs;
  return { of, fromMs, untilMs: fromMs + durationMs };
}
