import * as z from 'zod';
import type { PlatelineEvent } from '../../../functions/core/event/event.ts';
import type { Webhook } from '../../../functions/core/webhook/webhook.ts';
import type { WebhookHistory } from './run-webhook-history.ts';

const deadDelivery = z.object({ webhookId: z.string(), event: z.object({ id: z.string() }) });

const threeDaysMs = 3 * 24 * 3600 * 1000;
/** An attempt of ten seconds that another receiver causes, and what the queue takes. */
const promptMs = 30_000;

/** The promises that a history breaks, each as a sentence. */
export function judgeWebhooks(history: WebhookHistory): readonly string[] {
  return [...judgeDeliveries(history), ...judgeDeadLetters(history), ...judgeAttempts(history)];
}

/** Each event reaches each webhook that asked for it, or is in the dead-letter queue; no other. */
function* judgeDeliveries(history: WebhookHistory): Generator<string> {
  const { events, webhooks, receivers, attempts, deadLetters, hadFaults, isQueueEmpty } = history;
  if (!isQueueEmpty) yield 'Messages are left in the queue.';
  const dead = new Set(deadLetters.map(({ body }) => pairOf(body)));
  for (const { event, publishedMs } of events) {
    for (const webhook of webhooks) {
      const { webhookId } = webhook;
      const seen = attempts.filter((each) => each.webhookId === webhookId && each.eventId === event.id);
      const accepted = seen.filter(({ status = 0 }) => status >= 200 && status < 300);
      const what = `${event.id} for ${webhookId}`;
      if (!isAskedFor(webhook, event)) {
        if (seen.length > 0) yield `${what} was sent, though it was not asked for.`;
        continue;
      }
      const isDead = dead.has(`${webhookId} ${event.id}`);
      if (accepted.length === 0 && !isDead) yield `${what} was lost.`;
      if (hadFaults) continue;
      if (accepted.length > 1) yield `${what} was delivered ${accepted.length} times, without any fault.`;
      if (accepted.length > 0 && isDead) yield `${what} was delivered and given up.`;
      const isHealthy = receivers.find((each) => each.webhookId === webhookId)?.behaviour.kind === 'healthy';
      const lateMs = (accepted[0]?.atMs ?? Infinity) - publishedMs;
      if (isHealthy && lateMs > promptMs) yield `${what} was ${lateMs / 1000} s late: others delayed it.`;
    }
  }
}

/** Nothing is given up early, and nothing is tried for longer than three days and an hour. */
function* judgeDeadLetters({ deadLetters, receivers, attempts }: WebhookHistory): Generator<string> {
  for (const { body, sentMs, atMs } of deadLetters) {
    const pair = pairOf(body);
    const [webhookId = ''] = pair.split(' ');
    const receiver = receivers.find((each) => each.webhookId === webhookId);
    const isRefused = attempts.some(
      (each) => `${each.webhookId} ${each.eventId}` === pair && each.status === 410,
    );
    if (receiver === undefined) yield 'An event of the topic was given up.';
    else if (!isRefused && atMs - sentMs < threeDaysMs) yield `${pair} was given up early.`;
    if (atMs - sentMs > threeDaysMs + 2 * 3_600_000) yield `${pair} was given up late.`;
  }
}

/** A receiver that is down is left alone: one attempt at a time, with pauses that grow. */
function* judgeAttempts({ attempts, receivers, hadFaults }: WebhookHistory): Generator<string> {
  if (hadFaults) return;
  for (const { webhookId, behaviour } of receivers) {
    const failed = attempts.filter((each) => each.webhookId === webhookId && each.status !== 200);
    if (behaviour.kind !== 'down') continue;
    // Up to 30 are on their way when the fifth failure is counted; then at most one each quarter of an hour.
    const most = 30 + 10 + (4 * 24 * 3600) / 450;
    if (failed.length > most) yield `${webhookId} was tried ${failed.length} times while it was down.`;
    const late = failed.slice(40).map(({ atMs }) => atMs);
    const isHurried = late.some((atMs, index) => index > 0 && atMs - (late[index - 1] ?? 0) < 10_000);
    if (isHurried) yield `${webhookId} got two attempts within ten seconds after many failures.`;
  }
}

/** Written once more here, so that a mistake of the function's own rule is found. */
function isAskedFor({ events, lists }: Webhook, event: PlatelineEvent): boolean {
  const isOfList = event.type !== 'list.matched' || lists === undefined || lists.includes(event.data.list);
  return isOfList && (events === undefined || events.includes(event.type));
}

function pairOf(body: string): string {
  const parsed = deadDelivery.safeParse(JSON.parse(body));
  return parsed.success ? `${parsed.data.webhookId} ${parsed.data.event.id}` : '';
}
