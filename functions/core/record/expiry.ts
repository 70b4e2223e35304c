import type { PictureRecord } from './record.ts';

/** When a record that is written at `nowMs` expires, in epoch seconds, as DynamoDB's TTL counts. */
export function expiresAtEpochSeconds(nowMs: number, retentionDays: number): number {
  return Math.floor(nowMs / 1000) + retentionDays * 24 * 3600;
}

/** Whether a record must not be shown any more: DynamoDB deletes it only within some days. */
export function isExpired({ expiresAt }: Pick<PictureRecord, 'expiresAt'>, nowMs: number): boolean {
  return expiresAt !== undefined && expiresAt * 1000 <= nowMs;
}
