import type { DeliveryQueue } from '../../../functions/adapters/delivery-queue.ts';
import type { SourceQueue } from '../../../functions/adapters/source-queue.ts';
import type { WebhookSender } from '../../../functions/adapters/webhook-sender.ts';
import type { WebhooksTable } from '../../../functions/adapters/webhooks-table.ts';
import type { PlatelineEvent } from '../../../functions/core/event/event.ts';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import type { Webhook } from '../../../functions/core/webhook/webhook.ts';
import { createAttemptDelivery } from '../../../functions/deliver-webhook/attempt-delivery.ts';
import { createBatchHandler } from '../../../functions/deliver-webhook/batch.ts';
import { createDeliver } from '../../../functions/deliver-webhook/deliver.ts';
import { createHandleMessage } from '../../../functions/deliver-webhook/handle-message.ts';
import { matchedEvent, readingEvent } from '../../fakes/events.ts';
import { makeSqsRecord } from '../../fakes/sqs-record.ts';
import { createRandom, type Random } from '../random.ts';
import { createVirtualTime } from '../virtual-time.ts';
import { createQueue, type QueuedMessage } from './queue.ts';
import { drawReceiver, type Receiver } from './receiver.ts';

/** An attempt that a receiver saw. */
type Attempt = {
  readonly webhookId: string;
  readonly eventId: string;
  readonly atMs: number;
  readonly status: number | undefined;
};

/** What happened to the events of one seed. */
export type WebhookHistory = {
  readonly events: readonly { readonly event: PlatelineEvent; readonly publishedMs: number }[];
  readonly webhooks: readonly Webhook[];
  readonly receivers: readonly Receiver[];
  /** Whether AWS failed or invocations died. */
  readonly hadFaults: boolean;
  readonly attempts: readonly Attempt[];
  readonly deadLetters: readonly { readonly body: string; readonly sentMs: number; readonly atMs: number }[];
  readonly isQueueEmpty: boolean;
};

const startMs = Date.parse('2026-11-22T08:00:00.000Z');
const dayMs = 24 * 3600 * 1000;
/** As in infra/deliver-webhook/function.yml. */
const maximumConcurrency = 10;
const queueArn = 'arn:aws:sqs:ap-northeast-2:000000000000:plateline-test-webhooks';

/** Delivers the events of a seed with the code of the function, on a virtual clock, for five days. */
export async function runWebhookHistory(seed: number): Promise<WebhookHistory> {
  const random = createRandom(seed);
  const time = createVirtualTime(startMs, random);
  const queue = createQueue(time.nowMs);
  const names: readonly string[] = ['office', 'guard', 'barrier', 'archive'].slice(0, random.between(1, 4));
  const receivers = names.map((name) => drawReceiver(name, random, startMs));
  const webhooks = names.map((name) => drawWebhook(name, random));
  const hadFaults = random.chance(0.6);
  const world: World = { random, time, queue, receivers, attempts: [], faultRate: hadFaults ? 0.05 : 0 };
  const states = new Map(webhooks.map((webhook) => [webhook.webhookId, webhook]));
  const events = drawEvents(random);
  for (const { event, publishedMs } of events) {
    time.at(publishedMs, () => {
      queue.send(JSON.stringify(event));
    });
  }
  startLambda(world, states);
  await time.run();
  return {
    events,
    webhooks,
    receivers,
    hadFaults,
    attempts: world.attempts,
    deadLetters: queue.deadLetters,
    isQueueEmpty: queue.isEmpty(),
  };
}

type World = {
  readonly random: Random;
  readonly time: ReturnType<typeof createVirtualTime>;
  readonly queue: ReturnType<typeof createQueue>;
  readonly receivers: readonly Receiver[];
  readonly attempts: Attempt[];
  readonly faultRate: number;
};

function drawWebhook(webhookId: string, random: Random): Webhook {
  return {
    webhookId,
    address: 'https://example.com',
    format: random.pick(['json', 'slack', 'discord']),
    ...(random.chance(0.3) && { events: [random.pick(['list.matched', 'reading.final'])] }),
    ...(random.chance(0.3) && { lists: ['blocked'] }),
    addedAt: '2026-11-22T00:00:00.000Z',
    failures: 0,
    pausedUntilMs: 0,
  };
}

function drawEvents(random: Random): WebhookHistory['events'] {
  return Array.from({ length: random.between(1, 25) }, (_, index) => {
    const id = `event-${index}`;
    const event = random.chance(0.5)
      ? readingEvent(id)
      : matchedEvent({ list: random.pick(['blocked', 'residents']) }, id);
    return { event, publishedMs: startMs + random.between(0, 600_000) };
  });
}

const faultsEndMs = startMs + 4 * dayMs;
const endMs = startMs + 6 * dayMs;

/** Lambda: as many invocations at once as the function may have, one batch of visible messages for each. */
function startLambda(world: World, states: Map<string, Webhook>): void {
  const { time, queue, random } = world;
  let running = 0;
  let nextLookMs = Infinity;
  const lookAt = (atMs: number) => {
    if (atMs >= nextLookMs) return;
    nextLookMs = atMs;
    time.at(atMs, look);
  };
  const look = () => {
    // An earlier look took its place.
    if (time.nowMs() !== nextLookMs) return;
    nextLookMs = Infinity;
    while (running < maximumConcurrency && time.nowMs() < endMs) {
      const messages = queue.receive(random.between(1, 10));
      if (messages.length === 0) {
        const nextMs = queue.nextVisibleAtMs();
        if (nextMs !== undefined) lookAt(Math.max(time.nowMs() + 1, nextMs));
        return;
      }
      running += 1;
      invoke(world, states, messages).then(
        () => {
          running -= 1;
          lookAt(time.nowMs() + random.between(0, 100));
        },
        (error: unknown) => {
          time.fail(error);
        },
      );
    }
  };
  queue.onSend(() => {
    lookAt(time.nowMs() + random.between(0, 100));
  });
}

/** One invocation; it can die at any of its requests, and then nothing of it is acknowledged. */
async function invoke(
  world: World,
  states: Map<string, Webhook>,
  messages: readonly QueuedMessage[],
): Promise<void> {
  const { time, random, queue, faultRate } = world;
  const isFaulty = () => time.nowMs() < faultsEndMs && random.chance(faultRate);
  const died = Promise.withResolvers<'died'>();
  let stepsToLive = isFaulty() ? random.between(1, 30) : Infinity;
  const step = async (): Promise<void> => {
    await time.sleep(random.between(1, 30));
    stepsToLive -= 1;
    if (stepsToLive <= 0) {
      died.resolve('died');
      await new Promise(() => undefined);
    }
  };
  const request = async (): Promise<void> => {
    await step();
    if (isFaulty()) throw new OutsideError('AWS_FAILED', 'AWS failed.', undefined);
  };
  const handleBatch = createHandler(world, states, messages, { step, request });
  const records = messages.map(({ messageId, body, sentMs, receives }) =>
    makeSqsRecord({ messageId, body, sentMs, receiveCount: receives, receiptHandle: messageId, queueArn }),
  );
  // An invocation that throws counts as one that died.
  const result = await Promise.race([
    handleBatch({ Records: records }).catch(() => 'died' as const),
    died.promise,
  ]);
  if (result === 'died') return;
  const failed = new Set(result.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  // Lambda's own deletion can fail too.
  for (const { messageId } of messages) if (!failed.has(messageId) && !isFaulty()) queue.remove(messageId);
}

type Steps = { readonly step: () => Promise<void>; readonly request: () => Promise<void> };

/** The function's own code, with doubles of what is outside. */
function createHandler(
  world: World,
  states: Map<string, Webhook>,
  messages: readonly QueuedMessage[],
  steps: Steps,
) {
  const { time, random, queue } = world;
  const now = time.nowMs;
  const table = createTable(states, steps);
  const telemetry = {
    attempted: () => undefined,
    paused: () => undefined,
    parked: () => undefined,
    troubled: () => undefined,
    notLogged: () => undefined,
    flush: () => undefined,
  };
  const sourceQueue: Pick<SourceQueue, 'delay' | 'park'> = {
    async delay(_, delays) {
      await steps.request();
      for (const { receiptHandle, delaySeconds } of delays) queue.delay(receiptHandle, delaySeconds);
      return [];
    },
    async park(_, body) {
      await steps.request();
      queue.park(body, messages.find((message) => message.body === body)?.sentMs ?? 0);
    },
  };
  const deliveries: DeliveryQueue = {
    async add(_, added) {
      for (const delivery of added) {
        await steps.request();
        queue.send(JSON.stringify(delivery));
      }
    },
  };
  const destinations = {
    async of(webhookId: string) {
      await steps.request();
      return { url: webhookId, secrets: [] };
    },
  };
  const sender = createSender(world, steps);
  const attemptDelivery = createAttemptDelivery({ table, destinations, sender, telemetry, now });
  const deliver = createDeliver({ table, attemptDelivery, telemetry, now, random: random.fraction });
  const handleMessage = createHandleMessage({ deliver, deliveries });
  return createBatchHandler({ table, handleMessage, queue: sourceQueue, telemetry });
}

function createSender({ time, receivers, attempts }: World, { step }: Steps): WebhookSender {
  return {
    async send({ url: webhookId }, { id: eventId }) {
      await step();
      const receiver = receivers.find((each) => each.webhookId === webhookId);
      const { afterMs, status } = receiver?.answer(time.nowMs()) ?? { afterMs: 0, status: 404 };
      attempts.push({ webhookId, eventId, atMs: time.nowMs(), status });
      await time.sleep(afterMs);
      await step();
      if (status === undefined) {
        const reason = { code: 'WEBHOOK_TIMEOUT', message: 'The receiver did not answer in time.' };
        return { kind: 'failed', reason };
      }
      return { kind: 'answered', status, retryAfter: undefined };
    },
  };
}

function createTable(states: Map<string, Webhook>, { request }: Steps): WebhooksTable {
  const change = async (webhookId: string, changed: (webhook: Webhook) => Partial<Webhook> | undefined) => {
    await request();
    const webhook = states.get(webhookId);
    const difference = webhook && changed(webhook);
    if (!webhook || !difference) return undefined;
    const next = { ...webhook, ...difference };
    states.set(webhookId, next);
    return next;
  };
  return {
    async all() {
      await request();
      return [...states.values()];
    },
    async countFailure(webhookId) {
      return (await change(webhookId, ({ failures }) => ({ failures: failures + 1 })))?.failures;
    },
    async pauseUntil(webhookId, pausedUntilMs) {
      await change(webhookId, () => ({ pausedUntilMs }));
    },
    async claimTry({ webhookId, pausedUntilMs: seen }, pausedUntilMs) {
      const claimed = await change(webhookId, (now) =>
        now.pausedUntilMs === seen ? { pausedUntilMs } : undefined,
      );
      return claimed !== undefined;
    },
    async recover(webhookId) {
      await change(webhookId, () => ({ failures: 0, pausedUntilMs: 0 }));
    },
    log: () => request(),
  };
}
