import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { parseNotification } from '../../../functions/core/message/notification.ts';
import { refuseSize } from '../../../functions/core/picture/picture.ts';
import { canStillBeRead, type RecordStatus } from '../../../functions/core/record/record.ts';
import { maxImageIds, readStatuses } from '../../aws/stored-statuses.ts';
import type { ListedObject } from './listed-objects.ts';
import { objectCreatedEvent } from './object-created-event.ts';

/** An object of a bucket, and what sending it would lead to. */
export type BackfillPicture = {
  readonly key: string;
  /** The message that announces it to the queue. */
  readonly body: string;
  /**
   * `recorded`: has its final record. `archived`: S3 gives its bytes only after a restore. `rejected`: will
   * be rejected for its size, without a call. `unread`: costs a call.
   */
  readonly kind: 'recorded' | 'archived' | 'rejected' | 'unread';
};

/**
 * Looks up which objects have their final record, a hundred in each request, and keeps the order of the
 * objects.
 */
export async function* judgeObjects(
  dynamodb: DynamoDBClient,
  tableName: string,
  bucket: string,
  objects: AsyncIterable<ListedObject>,
): AsyncGenerator<BackfillPicture, void, undefined> {
  let chunk: ListedObject[] = [];
  for await (const object of objects) {
    chunk.push(object);
    if (chunk.length < maxImageIds) continue;
    yield* await judge(chunk);
    chunk = [];
  }
  yield* await judge(chunk);

  async function judge(listed: readonly ListedObject[]): Promise<BackfillPicture[]> {
    const announced = listed.map((object) => {
      const body = objectCreatedEvent(bucket, object);
      return { object, body, imageId: imageIdIn(body) };
    });
    const statuses = await readStatuses(
      dynamodb,
      tableName,
      announced.map(({ imageId }) => imageId),
    );
    return announced.map(({ object, body, imageId }) => ({
      key: object.key,
      body,
      kind: kindOf(object, statuses.get(imageId)?.status),
    }));
  }
}

/** Parsed from the message with the function's own parser, so that both get the same image id. */
function imageIdIn(body: string): string {
  const { objects: images, faults } = parseNotification(body);
  const [image] = images;
  if (!image) throw new TypeError(`A listed object cannot be announced: ${faults.join(' ')}`);
  return image.imageId;
}

function kindOf(object: ListedObject, status: RecordStatus | undefined): BackfillPicture['kind'] {
  if (!canStillBeRead(status)) return 'recorded';
  if (object.isArchived) return 'archived';
  return refuseSize(object.sizeBytes) ? 'rejected' : 'unread';
}
