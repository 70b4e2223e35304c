import type { EventQueue } from '../../aws/event-queue.ts';
import { untilItPasses } from '../../aws/until-it-passes.ts';

type FollowOptions = {
  readonly queue: EventQueue;
  /** Makes the next queue behind the topic. */
  readonly open: () => Promise<EventQueue>;
  /** How long one queue is used. */
  readonly renewAfterMs: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
};

const pauseMs = 2000;

/**
 * Yields what is published to a topic, one message or several at once, until the signal aborts with its reason.
 * A new queue follows from time to time, and gets events before the old one is gone: some come twice then.
 */
export async function* followTopic({
  queue: first,
  open,
  renewAfterMs,
  now,
  signal,
}: FollowOptions): AsyncGenerator<readonly string[], never, undefined> {
  let queue = first;
  try {
    let renewAtMs = now() + renewAfterMs;
    for (;;) {
      yield await receive(queue, signal);
      if (now() < renewAtMs) continue;
      const old = queue;
      queue = await untilItPasses(open, pauseMs, signal);
      renewAtMs = now() + renewAfterMs;
      yield* emptyOf(old, signal);
    }
  } finally {
    await queue.delete();
  }
}

/** What an old queue still has, before it is deleted. */
async function* emptyOf(old: EventQueue, signal: AbortSignal): AsyncGenerator<readonly string[]> {
  try {
    await untilItPasses(() => old.leaveTopic(), pauseMs, signal);
    for (let bodies = await receive(old, signal); bodies.length > 0; bodies = await receive(old, signal)) {
      yield bodies;
    }
  } finally {
    await untilItPasses(() => old.delete(), pauseMs, signal);
  }
}

function receive(queue: EventQueue, signal: AbortSignal): Promise<readonly string[]> {
  return untilItPasses(() => queue.receive(signal), pauseMs, signal);
}
