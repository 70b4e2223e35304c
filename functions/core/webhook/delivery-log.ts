import * as z from 'zod/mini';
import { reason } from '../record/reason.ts';

/** One attempt at a delivery. It has no plate and no URL. */
export const attemptLog = z.object({
  webhookId: z.string(),
  eventId: z.string(),
  type: z.string(),
  /** When it began, ISO 8601 in UTC with milliseconds. */
  at: z.string(),
  result: z.enum(['delivered', 'failed', 'refused']),
  /** Absent where it was delivered. */
  reason: z.exactOptional(reason),
  durationMs: z.number(),
});
export type AttemptLog = Readonly<z.infer<typeof attemptLog>>;

/** How long an attempt stays in the log. */
const logDays = 7;

/** The collection of all webhooks in their table. */
export const webhooksCollection = 'webhooks';

/** The collection of the attempts at deliveries to one webhook. */
export function logCollectionOf(webhookId: string): string {
  return `log#${webhookId}`;
}

/** The item of an attempt; its sort key orders attempts by time. */
export function logItemOf(attempt: AttemptLog) {
  return {
    collection: logCollectionOf(attempt.webhookId),
    item: `${attempt.at}#${attempt.eventId}`,
    ...attempt,
    expiresAt: Math.floor(Date.parse(attempt.at) / 1000) + logDays * 24 * 3600,
  };
}
