import { setTimeout as delay } from 'node:timers/promises';
import { GetQueueAttributesCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { readRecord } from '../../cli/aws/stored-record.ts';
import { imageIdOf } from '../../functions/core/message/uploaded-object.ts';
import type { Clients } from './clients.ts';
import type { StageOutputs } from './deploy-stack.ts';
import { runCommand } from './run-command.ts';
import type { RunContext } from './run-context.ts';
import type { StepOutcome } from './steps.ts';
import { runFolder } from './try-samples.ts';

const pollMs = 1000;

/** An ETag that no object has: MD5 of nothing real. */
const etag = '0'.repeat(32);

const attributes = z.object({
  Attributes: z.object({
    ApproximateNumberOfMessages: z.coerce.number(),
    ApproximateNumberOfMessagesNotVisible: z.coerce.number(),
  }),
});

/**
 * Puts a message about a picture that never existed into the dead-letter queue, moves it back with `plateline
 * redrive`, and waits for its record, which must say `GONE`. It costs no call of the endpoint.
 */
export async function tryRedrive(
  context: RunContext,
  { sqs, dynamodb }: Pick<Clients, 'sqs' | 'dynamodb'>,
  outputs: StageOutputs,
): Promise<StepOutcome<true>> {
  const {
    PicturesBucketName: bucket,
    PicturesDeadLetterQueueUrl: queueUrl,
    ReadingsTableName: table,
  } = outputs;
  const there = await countMessages(sqs, queueUrl);
  if (there > 0) {
    return {
      kind: 'warning',
      sentence: `The dead-letter queue already holds ${there} messages, so redrive was not tried: it would move them.`,
      advice: `Look at them with: npx plateline redrive --list --stage ${context.stage} --region ${context.region}`,
      value: true,
    };
  }
  const key = `${runFolder(context)}never-uploaded.jpg`;
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify({ Records: [createdEvent(bucket, key, context)] }),
    }),
  );
  const status = await runCommand(context, 'plateline', ['redrive', '--yes']);
  if (status !== 0) {
    return {
      kind: 'failed',
      sentence: `plateline redrive ended with status ${status}; the lines above say why.`,
      advice: `Try it again with: npx plateline redrive --stage ${context.stage} --region ${context.region}`,
    };
  }
  const deadlineMs = Date.now() + context.patienceMs;
  while (Date.now() < deadlineMs) {
    const record = await readRecord(dynamodb, table, imageIdOf(bucket, key, { etag }));
    if (record !== undefined && record.status !== 'PENDING') return verdictOf(record.status);
    await delay(pollMs, undefined, { signal: context.interrupt });
  }
  return {
    kind: 'failed',
    sentence: `The moved message has no final record after ${context.patienceMs / 1000} seconds.`,
    advice: "Look at the function's log and at docs/runbook.md, section function-not-invoked.",
  };
}

function verdictOf(status: string): StepOutcome<true> {
  return status === 'GONE'
    ? {
        kind: 'ok',
        sentence: 'A message went from the dead-letter queue through the function to its record.',
        value: true,
      }
    : {
        kind: 'failed',
        sentence: `The picture that never existed is ${status} instead of GONE.`,
        advice: "Check that the function's role may list the bucket: without that, S3 hides what is gone.",
      };
}

async function countMessages(sqs: SQSClient, queueUrl: string): Promise<number> {
  const { Attributes: counts } = attributes.parse(
    await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    ),
  );
  return counts.ApproximateNumberOfMessages + counts.ApproximateNumberOfMessagesNotVisible;
}

function createdEvent(bucket: string, key: string, { startedAt }: RunContext) {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Put',
    eventTime: startedAt.toISOString(),
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'first-deploy',
      bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
      object: { key, size: 1, eTag: etag },
    },
  };
}
