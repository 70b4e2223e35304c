import { randomUUID } from 'node:crypto';
import * as z from 'zod';

/** Asks SQS, without a proxy between, and returns the body of its reply; throws a SqsRefusal if SQS refuses. */
export type AskSqs = (operation: string, request: object) => Promise<unknown>;

/** An operation that SQS refuses, with the `code` of its error. */
export class SqsRefusal extends Error {
  override readonly name = 'SqsRefusal';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const startRequest = z.object({
  SourceArn: z.string(),
  DestinationArn: z.string().optional(),
  MaxNumberOfMessagesPerSecond: z.int().min(1).max(500).optional(),
});

const listRequest = z.object({ SourceArn: z.string(), MaxResults: z.int().min(1).max(10).default(1) });

type Task = z.infer<typeof startRequest> & {
  TaskHandle: string;
  Status: 'RUNNING' | 'COMPLETED' | 'FAILED';
  FailureReason?: string;
  ApproximateNumberOfMessagesMoved: number;
  ApproximateNumberOfMessagesToMove: number;
  /** Epoch milliseconds. */
  StartedTimestamp: number;
};

const queueUrl = z.object({ QueueUrl: z.string() });
const queueUrls = z.object({ QueueUrls: z.array(z.string()).default([]) });
const queueAttributes = z.object({
  Attributes: z.object({
    RedrivePolicy: z.string().optional(),
    ApproximateNumberOfMessages: z.coerce.number(),
  }),
});
const redrivePolicy = z.object({ deadLetterTargetArn: z.string() });
const receivedMessages = z.object({
  Messages: z
    .array(
      z.object({
        MessageId: z.string(),
        ReceiptHandle: z.string(),
        Body: z.string(),
        MessageAttributes: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .default([]),
});

/** Why a task fails for a message that no queue has given up; AWS's own word. */
const noSource = 'CouldNotDetermineMessageSource';

/**
 * SQS's StartMessageMoveTask and ListMessageMoveTasks, made of its other operations. `queueNameSentTo` knows the queue that a message was
 * sent to at first, by its id: that is where a task without a destination moves it.
 */
export function createMessageMoveTasks(
  askSqs: AskSqs,
  queueNameSentTo: (messageId: string) => string | undefined,
) {
  /** The newest first. */
  const tasks: Task[] = [];

  return {
    /** As StartMessageMoveTask: answers at once, and moves what is in the queue from then on. Throws a SqsRefusal. */
    async start(body: unknown): Promise<object> {
      const request = parse(startRequest, body);
      const source = await existingQueueUrl(request.SourceArn, 'SourceArn');
      if (request.DestinationArn !== undefined)
        await existingQueueUrl(request.DestinationArn, 'DestinationArn');
      if (!(await isDeadLetterQueue(request.SourceArn))) {
        throw new SqsRefusal(
          'InvalidParameterValue',
          'Source queue must be configured as a Dead Letter Queue.',
        );
      }
      const { ApproximateNumberOfMessages: toMove } = await attributesOf(source);
      if (tasks.some(({ SourceArn, Status }) => SourceArn === request.SourceArn && Status === 'RUNNING')) {
        throw new SqsRefusal(
          'UnsupportedOperation',
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        );
      }
      const task: Task = {
        ...request,
        TaskHandle: randomUUID(),
        Status: 'RUNNING',
        ApproximateNumberOfMessagesMoved: 0,
        ApproximateNumberOfMessagesToMove: toMove,
        StartedTimestamp: Date.now(),
      };
      tasks.unshift(task);
      void moveAll(task, source).then((end) => Object.assign(task, end));
      return { TaskHandle: task.TaskHandle };
    },

    /** As ListMessageMoveTasks. Throws a SqsRefusal. */
    async list(body: unknown): Promise<object> {
      const { SourceArn: sourceArn, MaxResults: maxResults } = parse(listRequest, body);
      await existingQueueUrl(sourceArn, 'SourceArn');
      const found = tasks.filter(({ SourceArn }) => SourceArn === sourceArn).slice(0, maxResults);
      return {
        // Only a running task has a handle: there is nothing else to do with it than to cancel.
        Results: found.map(({ TaskHandle, ...task }) =>
          task.Status === 'RUNNING' ? { TaskHandle, ...task } : task,
        ),
      };
    },
  };

  async function moveAll(task: Task, source: string): Promise<Pick<Task, 'Status' | 'FailureReason'>> {
    try {
      for (;;) {
        const [message] = await receive(source);
        if (message === undefined) return { Status: 'COMPLETED' };
        const destination = task.DestinationArn
          ? queueNameOf(task.DestinationArn)
          : queueNameSentTo(message.MessageId);
        if (destination === undefined || destination === queueNameOf(task.SourceArn)) {
          await askSqs('ChangeMessageVisibility', {
            QueueUrl: source,
            ReceiptHandle: message.ReceiptHandle,
            VisibilityTimeout: 0,
          });
          return { Status: 'FAILED', FailureReason: noSource };
        }
        await askSqs('SendMessage', {
          QueueUrl: await queueUrlOf(destination),
          MessageBody: message.Body,
          MessageAttributes: message.MessageAttributes,
        });
        await askSqs('DeleteMessage', { QueueUrl: source, ReceiptHandle: message.ReceiptHandle });
        task.ApproximateNumberOfMessagesMoved += 1;
      }
    } catch (error) {
      return { Status: 'FAILED', FailureReason: error instanceof SqsRefusal ? error.code : String(error) };
    }
  }

  async function receive(source: string) {
    const reply = await askSqs('ReceiveMessage', {
      QueueUrl: source,
      MessageAttributeNames: ['All'],
      VisibilityTimeout: 30,
      WaitTimeSeconds: 0,
    });
    return receivedMessages.parse(reply).Messages;
  }

  async function existingQueueUrl(arn: string, parameter: string): Promise<string> {
    try {
      return await queueUrlOf(queueNameOf(arn));
    } catch (error) {
      if (!(error instanceof SqsRefusal)) throw error;
      throw new SqsRefusal(
        'ResourceNotFoundException',
        `The resource that you specified for the ${parameter} parameter doesn't exist.`,
      );
    }
  }

  async function queueUrlOf(name: string): Promise<string> {
    return queueUrl.parse(await askSqs('GetQueueUrl', { QueueName: name })).QueueUrl;
  }

  async function isDeadLetterQueue(arn: string): Promise<boolean> {
    const { QueueUrls: urls } = queueUrls.parse(await askSqs('ListQueues', {}));
    const targets = await Promise.all(
      urls.map(async (url) => {
        const { RedrivePolicy: policy } = await attributesOf(url);
        return policy === undefined ? undefined : redrivePolicy.parse(JSON.parse(policy)).deadLetterTargetArn;
      }),
    );
    return targets.includes(arn);
  }

  async function attributesOf(url: string) {
    const reply = await askSqs('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['All'] });
    return queueAttributes.parse(reply).Attributes;
  }
}

function queueNameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new SqsRefusal('InvalidParameterValue', z.prettifyError(parsed.error));
  return parsed.data;
}
