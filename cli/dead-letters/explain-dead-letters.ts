import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { parseNotification } from '../../functions/core/message/notification.ts';
import { readStatuses } from '../aws/stored-statuses.ts';
import { deadLetterCause } from './dead-letter-cause.ts';
import { createDeadLetterGroups, type DeadLetterGroup } from './dead-letter-groups.ts';
import { lookAtDeadLetters } from './dead-letters.ts';

/** The messages of a dead-letter queue that were looked at, by their causes. */
export type ExplainedDeadLetters = { readonly messages: number; readonly groups: readonly DeadLetterGroup[] };

/**
 * Looks at up to `limit` messages and the records of their pictures. `onProgress` gets the number so far after
 * each batch; where it throws, looking ends. Messages are hidden from other receivers until the promise
 * settles.
 */
export async function explainDeadLetters(
  { sqs, dynamodb }: { readonly sqs: SQSClient; readonly dynamodb: DynamoDBClient },
  {
    queueUrl,
    readingsTable,
    limit,
  }: { readonly queueUrl: string; readonly readingsTable: string; readonly limit: number },
  onProgress: (messages: number) => void = () => undefined,
): Promise<ExplainedDeadLetters> {
  const groups = createDeadLetterGroups();
  let messages = 0;
  for await (const batch of lookAtDeadLetters(sqs, queueUrl, limit)) {
    const parsed = batch.map((letter) => ({
      letter,
      notification: parseNotification(letter.body, letter.sentAt),
    }));
    const imageIds = parsed.flatMap(({ notification }) => notification.objects.map(({ imageId }) => imageId));
    const statuses = await readStatuses(dynamodb, readingsTable, imageIds);
    for (const { letter, notification } of parsed) {
      const cause = deadLetterCause(notification, letter.fault, statuses);
      groups.add(cause, notification.objects[0]?.imageId ?? letter.messageId);
    }
    messages += batch.length;
    onProgress(messages);
  }
  return { messages, groups: groups.list() };
}
