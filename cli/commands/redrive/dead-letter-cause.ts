import type { Notification } from '../../../functions/core/message/notification.ts';
import type { StoredStatus } from '../../aws/stored-statuses.ts';

/** Why a message is in the dead-letter queue, and what becomes of it if it is moved back. */
export type DeadLetterCause = {
  /** The code of the picture's reason, or one of ours. */
  readonly code: string;
  /** One sentence. */
  readonly message: string;
  /** `read`: its picture is tried again. `done`: it is acknowledged and costs no call. `returns`: it ends in the dead-letter queue again. */
  readonly ifMoved: 'read' | 'done' | 'returns';
};

/** Judges a message by what it announces, by its attribute `fault`, and by the records of its pictures. */
export function deadLetterCause(
  { objects: images, faults }: Notification,
  fault: string | undefined,
  statuses: ReadonlyMap<string, StoredStatus>,
): DeadLetterCause {
  const [firstFault] = faults;
  if (firstFault !== undefined) {
    return { code: 'NO_NOTIFICATION', message: fault ?? firstFault, ifMoved: 'returns' };
  }
  const unread = images.find(({ imageId }) => (statuses.get(imageId)?.status ?? 'PENDING') === 'PENDING');
  if (unread !== undefined) {
    const status = statuses.get(unread.imageId);
    if (status?.reason) return { ...status.reason, ifMoved: 'read' };
    const message = status
      ? 'The picture was taken up, and nothing was written down of how that ended.'
      : 'The picture has no record: it was never taken up, or its record has expired.';
    return { code: status ? 'NO_REASON' : 'NO_RECORD', message: fault ?? message, ifMoved: 'read' };
  }
  if (images.length > 0) {
    return { code: 'DONE', message: 'The picture has its final record by now.', ifMoved: 'done' };
  }
  return { code: 'NOTHING_NEW', message: 'The message announces no new object.', ifMoved: 'done' };
}
