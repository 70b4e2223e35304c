import { randomUUID } from 'node:crypto';
import * as z from 'zod';

/** Sends a request to SQS, past the proxy, and returns the body of its reply. Throws a SqsRefusal. */
type AskSqs = (operation: string, request: object) => Promise<unknown>;

/** SQS refuses an operation; `code` is that of its error. */
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

interface TaskDependencies {
  askSqs: AskSqs;
  queues: ReturnType<typeof createQueueLookups>;
  queueNameSentTo: (messageId: string) => string | undefined;
}

/** Why a task fails for a message whose source queue is unknown; AWS's own word. */
const noSource = 'CouldNotDetermineMessageSource';

/**
 * Makes SQS's StartMessageMoveTask and ListMessageMoveTasks from its other operations. A task without a
 * destination moves each message to the queue that `queueNameSentTo` returns for its id.
 */
export function createMessageMoveTasks(
  askSqs: AskSqs,
  queueNameSentTo: (messageId: string) => string | undefined,
) {
  /** The newest first. */
  const tasks: Task[] = [];
  const queues = createQueueLookups(askSqs);

  return {
    /** As StartMessageMoveTask: answers at once, then moves what is in the queue. Throws a SqsRefusal. */
    async start(body: unknown): Promise<object> {
      const request = parse(startRequest, body);
      const source = await queues.existingUrl(request.SourceArn, 'SourceArn');
      if (request.DestinationArn !== undefined) {
        await queues.existingUrl(request.DestinationArn, 'DestinationArn');
      }
      if (!(await queues.isDeadLetterQueue(request.SourceArn))) {
        throw new SqsRefusal(
          'InvalidParameterValue',
          'Source queue must be configured as a Dead Letter Queue.',
        );
      }
      const { ApproximateNumberOfMessages: toMove } = await queues.attributesOf(source);
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
      void moveAll(task, source, { askSqs, queues, queueNameSentTo }).then((result) =>
        Object.assign(task, result),
      );
      return { TaskHandle: task.TaskHandle };
    },

    /** As ListMessageMoveTasks. Throws a SqsRefusal. */
    async list(body: unknown): Promise<object> {
      const { SourceArn: sourceArn, MaxResults: maxResults } = parse(listRequest, body);
      await queues.existingUrl(sourceArn, 'SourceArn');
      const found = tasks.filter(({ SourceArn }) => SourceArn === sourceArn).slice(0, maxResults);
      return {
        // Only a running task has a handle, since a handle serves to cancel.
        Results: found.map(({ TaskHandle, ...task }) =>
          task.Status === 'RUNNING' ? { TaskHandle, ...task } : task,
        ),
      };
    },
  };
}

/** Moves messages until the queue is empty, and returns how the task ended. */
async function moveAll(
  task: Task,
  source: string,
  { askSqs, queues, queueNameSentTo }: TaskDependencies,
): Promise<Pick<Task, 'Status' | 'FailureReason'>> {
  try {
    for (;;) {
      const [message] = await queues.receive(source);
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
        QueueUrl: await queues.urlOf(destination),
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

/** The questions that a task asks SQS, with parsed answers. */
function createQueueLookups(askSqs: AskSqs) {
  async function urlOf(name: string): Promise<string> {
    return queueUrl.parse(await askSqs('GetQueueUrl', { QueueName: name })).QueueUrl;
  }

  async function attributesOf(url: string) {
    const reply = await askSqs('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['All'] });
    return queueAttributes.parse(reply).Attributes;
  }

  return {
    urlOf,
    attributesOf,

    async existingUrl(arn: string, parameter: string): Promise<string> {
      try {
        return await urlOf(queueNameOf(arn));
      } catch (error) {
        if (!(error instanceof SqsRefusal)) throw error;
        throw new SqsRefusal(
          'ResourceNotFoundException',
          `The resource that you specified for the ${parameter} parameter doesn't exist.`,
        );
      }
    },

    async isDeadLetterQueue(arn: string): Promise<boolean> {
      const { QueueUrls: urls } = queueUrls.parse(await askSqs('ListQueues', {}));
      const targets = await Promise.all(
        urls.map(async (url) => {
          const { RedrivePolicy: policy } = await attributesOf(url);
          if (policy === undefined) return undefined;
          return redrivePolicy.parse(JSON.parse(policy)).deadLetterTargetArn;
        }),
      );
      return targets.includes(arn);
    },

    async receive(url: string) {
      const reply = await askSqs('ReceiveMessage', {
        QueueUrl: url,
        MessageAttributeNames: ['All'],
        VisibilityTimeout: 30,
        WaitTimeSeconds: 0,
      });
      return receivedMessages.parse(reply).Messages;
    },
  };
}

function queueNameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new SqsRefusal('InvalidParameterValue', z.prettifyError(parsed.error));
  return parsed.data;
}
