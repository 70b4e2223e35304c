import type { Random } from '../random.ts';

/** How a receiver behaves; times are epoch milliseconds. */
type Behaviour =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'flaky'; readonly failureRate: number }
  | { readonly kind: 'down'; readonly untilMs: number; readonly hangs: boolean }
  | { readonly kind: 'gone' };

/** What a receiver does with one request: how long it takes, and its status; undefined for a time-out. */
type Answer = { readonly afterMs: number; readonly status: number | undefined };

export type Receiver = {
  readonly webhookId: string;
  readonly behaviour: Behaviour;
  readonly answer: (nowMs: number) => Answer;
};

const timeoutMs = 10_000;
const dayMs = 24 * 3600 * 1000;

/** Draws a receiver: most answer, some fail now and then, some for minutes or for good. */
export function drawReceiver(webhookId: string, random: Random, startMs: number): Receiver {
  const behaviour = drawBehaviour(random, startMs);
  const soon = () => random.between(5, 500);
  return {
    webhookId,
    behaviour,
    answer: (nowMs) => {
      switch (behaviour.kind) {
        case 'healthy':
          return { afterMs: soon(), status: 204 };
        case 'flaky':
          return { afterMs: soon(), status: random.chance(behaviour.failureRate) ? 500 : 200 };
        case 'gone':
          return { afterMs: soon(), status: 410 };
        case 'down':
          if (nowMs >= behaviour.untilMs) return { afterMs: soon(), status: 200 };
          return behaviour.hangs
            ? { afterMs: timeoutMs, status: undefined }
            : { afterMs: soon(), status: random.pick([500, 503, 404, 301]) };
      }
    },
  };
}

function drawBehaviour(random: Random, startMs: number): Behaviour {
  switch (random.between(0, 5)) {
    case 0:
      return { kind: 'flaky', failureRate: 0.1 + 0.5 * random.fraction() };
    case 1:
      return { kind: 'down', untilMs: startMs + random.between(0, 3_600_000), hangs: random.chance(0.5) };
    case 2:
      return { kind: 'down', untilMs: startMs + random.between(0, 6 * dayMs), hangs: random.chance(0.5) };
    case 3:
      return { kind: 'gone' };
    default:
      return { kind: 'healthy' };
  }
}
