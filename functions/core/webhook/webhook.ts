import * as z from 'zod/mini';
import { eventTypes, platelineEvent, type PlatelineEvent } from '../event/event.ts';

/** How the body is written: the event as it is, or a message for a channel of Slack or Discord. */
export const webhookFormats = ['json', 'slack', 'discord'] as const;

/** A receiver of events, as its table has it. Its URL and its secrets are in Parameter Store. */
export const webhook = z.object({
  webhookId: z.string(),
  /** The URL as people may see it: the URLs of Slack and Discord are secrets. */
  address: z.string(),
  format: z.enum(webhookFormats),
  /** Every type, if absent. */
  events: z.exactOptional(z.readonly(z.array(z.enum(eventTypes)))),
  /** The watch lists of whose matches it learns; every list, if absent. */
  lists: z.exactOptional(z.readonly(z.array(z.string()))),
  addedAt: z.iso.datetime(),
  /** Attempts that failed since the last that succeeded. */
  failures: z._default(z.number(), 0),
  /** Epoch milliseconds until which nothing is sent to it, so that a dead receiver takes no time of others. */
  pausedUntilMs: z._default(z.number(), 0),
});
export type Webhook = Readonly<z.infer<typeof webhook>>;

/** What `plateline webhook test` sends: an envelope as every event has it, about nothing. */
const webhookTest = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  time: z.iso.datetime(),
  type: z.literal('webhook.test'),
  datacontenttype: z.literal('application/json'),
  data: z.object({ webhookId: z.string() }),
});

/** One event for one webhook: a message of the queue. */
export const delivery = z.object({ webhookId: z.string(), event: z.union([platelineEvent, webhookTest]) });
export type Delivery = Readonly<z.infer<typeof delivery>>;

/** Whether a receiver asked for an event. */
export function wantsEvent(
  { events, lists }: Pick<Webhook, 'events' | 'lists'>,
  event: PlatelineEvent,
): boolean {
  if (events && !events.includes(event.type)) return false;
  return event.type !== 'list.matched' || (lists?.includes(event.data.list) ?? true);
}
