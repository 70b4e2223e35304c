import { randomBytes } from 'node:crypto';

/** How the names of a stage's listeners begin. */
export function queuePrefixOf(stage: string): string {
  return `plateline-${stage}-listen-`;
}

/** A name that no other queue has; it says when the queue was made. */
export function newQueueName(prefix: string, nowMs: number): string {
  return `${prefix}${Math.floor(nowMs / 1000)}-${randomBytes(4).toString('hex')}`;
}

/** When a queue with such a name was made, in epoch milliseconds; undefined for every other name. */
export function madeAtMs(prefix: string, queueName: string): number | undefined {
  if (!queueName.startsWith(prefix)) return undefined;
  const [, seconds] = /^(\d{10})-[0-9a-f]{8}$/.exec(queueName.slice(prefix.length)) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
