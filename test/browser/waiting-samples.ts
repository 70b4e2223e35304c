import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { recordOf, putItems } from '../cli/put-items.ts';
import { s3EventRecord } from '../promises/pipeline.ts';
import type { SampleConsole } from './sample-console.ts';

/** Adds pictures that wait for three reasons, and two dead letters. The first key is hostile. */
export async function addWaitingPictures(
  { stack, dynamodb, sqs }: SampleConsole,
  { nowMs }: { readonly nowMs: number },
): Promise<void> {
  const camera = 'loading-dock';
  const waiting = [
    ['<b onclick=hack()>.jpg', 'TOO_MANY_REQUESTS'],
    ['loading-dock/2.jpg', 'TOO_MANY_REQUESTS'],
    ['loading-dock/3.jpg', 'NO_SECRET'],
    ['loading-dock/4.jpg', 'S3_SLOWDOWN'],
  ] as const;
  const day = new Date(nowMs + 9 * 3600_000).toISOString().slice(0, 10);
  await putItems(dynamodb, stack.usageTableName, [{ day, camera, pictures: 0, calls: 4 }]);
  await putItems(
    dynamodb,
    stack.tableName,
    waiting.map(([key, code], index) => ({
      ...recordOf(key, { camera, status: 'PENDING', reason: { code, message: 'It was refused.' } }),
      ...{ plate: undefined, plates: undefined, box: undefined, confidence: undefined, plateKey: undefined },
      ...{ readAt: undefined, claimUntil: 0 },
      capturedAt: new Date(nowMs - 60_000 * (index + 1)).toISOString(),
      uploadedAt: new Date(nowMs - 60_000 * (index + 1)).toISOString(),
      nextTryAt: new Date(nowMs + 60_000 * (index + 1)).toISOString(),
    })),
  );
  for (const body of [{ Records: [s3EventRecord('elsewhere', '%3Ci%3E.jpg')] }, 'no notification']) {
    await sqs.send(
      new SendMessageCommand({ QueueUrl: stack.deadLetterQueueUrl, MessageBody: JSON.stringify(body) }),
    );
  }
}
