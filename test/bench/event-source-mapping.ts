import { createRandom } from '../simulation/random.ts';

/** How an event source mapping reads a queue. */
type Mapping = {
  /** Most messages of an invocation. */
  readonly batchSize: number;
  /** Seconds that a poller gathers messages for; with 0 it invokes at once. */
  readonly windowSeconds: number;
  /** Most invocations at once. */
  readonly maximumConcurrency: number;
  /** How long an invocation of so many messages takes, in seconds. */
  readonly durationSeconds: (messages: number) => number;
};

/** What Lambda did with the messages. */
type MappingRun = {
  readonly messages: number;
  /** The messages of each invocation. */
  readonly batches: readonly number[];
  /** Requests to receive that returned messages, and those that returned none. */
  readonly receives: number;
  readonly emptyReceives: number;
  /** Seconds from the arrival of each message to its invocation. */
  readonly waitsSeconds: readonly number[];
  readonly seconds: number;
};

/** Lambda starts with five pollers (Developer Guide, "Configuring scaling behavior for SQS"). */
const firstPollers = 5;
/** While messages wait, Lambda adds 300 pollers a minute (the same page). */
const secondsToAddPoller = 60 / 300;
/**
 * With a window and very low traffic Lambda may wait this long, whatever the window is (Developer Guide,
 * "Using Lambda with Amazon SQS"). A request to receive that waits also lasts this long.
 */
const longPollSeconds = 20;

type Poller = {
  /** When its invocation ends; 0 where it does not invoke. */
  busyUntil: number;
  /** The arrivals that it has gathered, and when it invokes at the latest. */
  gathered: number[];
  invokesAt: number;
};

/**
 * Simulates a mapping for messages that arrive at random, independently of each other, at a mean rate. The
 * same call has the same result.
 */
export function runMapping(messagesADay: number, messages: number, mapping: Mapping): MappingRun {
  const random = createRandom(1);
  const meanGapSeconds = 86_400 / messagesADay;
  const isVeryLow = meanGapSeconds > longPollSeconds;
  const windowSeconds =
    mapping.windowSeconds > 0 && isVeryLow
      ? Math.max(mapping.windowSeconds, longPollSeconds)
      : mapping.windowSeconds;
  const pollers: Poller[] = [];
  const addPoller = () => void pollers.push({ busyUntil: 0, gathered: [], invokesAt: Infinity });
  while (pollers.length < Math.min(firstPollers, mapping.maximumConcurrency)) addPoller();

  const queue: number[] = [];
  const batches: number[] = [];
  const waitsSeconds: number[] = [];
  let receives = 0;
  let busySeconds = 0;
  let now = 0;
  let addsAt = Infinity;

  const invoke = (poller: Poller) => {
    const duration = mapping.durationSeconds(poller.gathered.length);
    batches.push(poller.gathered.length);
    waitsSeconds.push(...poller.gathered.map((arrival) => now - arrival));
    busySeconds += duration;
    Object.assign(poller, { busyUntil: now + duration, gathered: [], invokesAt: Infinity });
  };
  /** One request to receive takes what the queue has, as far as the batch has room. */
  const receive = (poller: Poller) => {
    receives += 1;
    if (poller.gathered.length === 0) poller.invokesAt = now + windowSeconds;
    poller.gathered.push(...queue.splice(0, mapping.batchSize - poller.gathered.length));
    if (poller.gathered.length === mapping.batchSize || windowSeconds === 0) invoke(poller);
  };

  let nextArrival = 0;
  for (let arrived = 0; arrived < messages || queue.length > 0 || pollers.some(isOccupied);) {
    const busyEnds = pollers.map(({ busyUntil }) => (busyUntil > 0 ? busyUntil : Infinity));
    const windowEnds = pollers.map(({ invokesAt }) => invokesAt);
    const arrival = arrived < messages ? nextArrival : Infinity;
    now = Math.min(arrival, addsAt, ...busyEnds, ...windowEnds);
    if (now === arrival) {
      queue.push(now);
      arrived += 1;
      nextArrival = now - Math.log(1 - random.fraction()) * meanGapSeconds;
    }
    for (const poller of pollers) {
      if (poller.busyUntil === now) poller.busyUntil = 0;
      if (poller.invokesAt <= now) invoke(poller);
    }
    if (addsAt === now) {
      addPoller();
      addsAt = Infinity;
    }
    // SQS hands a message to any of the requests that wait for one.
    for (const poller of random.shuffled(pollers)) {
      if (queue.length > 0 && poller.busyUntil === 0) receive(poller);
    }
    const mayAdd = queue.length > 0 && pollers.length < mapping.maximumConcurrency;
    if (mayAdd && addsAt === Infinity) addsAt = now + secondsToAddPoller;
    if (!mayAdd) addsAt = Infinity;
  }
  // A request to receive that waits and gets nothing lasts 20 seconds.
  const emptyReceives = Math.max(0, firstPollers * now - busySeconds) / longPollSeconds;
  return { messages, batches, receives, emptyReceives, waitsSeconds, seconds: now };
}

function isOccupied({ busyUntil, gathered }: Poller): boolean {
  return busyUntil > 0 || gathered.length > 0;
}
