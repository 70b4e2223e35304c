import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { queueUrlOf } from '../aws/queue-url.ts';

/** What SQS says of a queue; its counts lag behind by some seconds. */
export type QueueState = {
  readonly name: string;
  readonly url: string;
  /** Messages that a receiver would get now. */
  readonly messages: number;
  /** Messages that a receiver has at the moment, or that wait for their next attempt. */
  readonly hiddenMessages: number;
  /** When SQS answered, on its own clock: epoch milliseconds. */
  readonly describedMs: number;
};

const queueAttributes = z.object({
  ApproximateNumberOfMessages: z.coerce.number(),
  ApproximateNumberOfMessagesNotVisible: z.coerce.number(),
});

/** Asks SQS for the state of a queue; throws a CommandError where there is no such queue. */
export async function readQueueState(sqs: SQSClient, queueName: string): Promise<QueueState> {
  const url = await queueUrlOf(sqs, queueName);
  const request = new GetQueueAttributesCommand({
    QueueUrl: url,
    AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  });
  const answeredMs = noteAnswerTime(request);
  const { Attributes: attributes } = await sqs.send(request);
  const parsed = queueAttributes.parse(attributes);
  return {
    name: queueName,
    url,
    messages: parsed.ApproximateNumberOfMessages,
    hiddenMessages: parsed.ApproximateNumberOfMessagesNotVisible,
    describedMs: answeredMs(),
  };
}

const answer = z.object({ headers: z.object({ date: z.string() }) });

/**
 * Returns a function for the time at which the request was answered, from the answer's header `Date`, whose
 * second it rounds up. This machine's clock counts where SQS sends none.
 */
function noteAnswerTime(request: GetQueueAttributesCommand): () => number {
  let answeredMs = Date.now();
  request.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const sentMs = Date.parse(answer.safeParse(result.response).data?.headers.date ?? '');
      answeredMs = Number.isNaN(sentMs) ? Date.now() : sentMs + 999;
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  return () => answeredMs;
}
