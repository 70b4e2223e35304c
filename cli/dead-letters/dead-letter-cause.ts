import type { Notification } from '../../functions/core/message/notification.ts';
import { canStillBeRead } from '../../functions/core/record/record.ts';
import type { StoredStatus } from '../aws/stored-statuses.ts';

/** Why a message is in the dead-letter queue, and what happens if it is moved back. */
export type DeadLetterCause = {
  /**
   * The code of the reason in the record, or `NO_NOTIFICATION`, `NO_REASON`, `NO_RECORD`, `DONE` or
   * `NOTHING_NEW`.
   */
  readonly code: string;
  /** One sentence. */
  readonly message: string;
  /**
   * `read`: its picture is tried again. `done`: it costs no call. `returns`: it comes back to the dead-letter
   * queue.
   */
  readonly ifMoved: 'read' | 'done' | 'returns';
};

/**
 * Finds the cause from what the message announces, its attribute `fault`, and the records of its pictures.
 */
export function deadLetterCause(
  { objects, faults }: Notification,
  fault: string | undefined,
  statuses: ReadonlyMap<string, StoredStatus>,
): DeadLetterCause {
  const [firstFault] = faults;
  if (firstFault !== undefined) {
    return { code: 'NO_NOTIFICATION', message: fault ?? firstFault, ifMoved: 'returns' };
  }
  const unread = objects.find(({ imageId }) => canStillBeRead(statuses.get(imageId)?.status));
  if (unread !== undefined) {
    const status = statuses.get(unread.imageId);
    if (status?.reason) return { ...status.reason, ifMoved: 'read' };
    const message = status
      ? 'The picture was claimed, but its record does not say how that attempt ended.'
      : 'The picture has no record: it was never claimed, or its record has expired.';
    return { code: status ? 'NO_REASON' : 'NO_RECORD', message: fault ?? message, ifMoved: 'read' };
  }
  if (objects.length > 0) {
    return { code: 'DONE', message: 'The picture already has its final record.', ifMoved: 'done' };
  }
  return { code: 'NOTHING_NEW', message: 'The message announces no new object.', ifMoved: 'done' };
}
