import type { buildApp } from 'fauxqs';
import * as z from 'zod';
import { createMessageMoveTasks, SqsRefusal } from './message-move-task.ts';

const contentType = 'application/x-amz-json-1.0';

const errorReply = z.object({ __type: z.string(), message: z.string() });
const sending = z.object({ QueueUrl: z.string() });
const sent = z.union([
  z.object({ MessageId: z.string() }).transform(({ MessageId }) => [MessageId]),
  z
    .object({ Successful: z.array(z.object({ MessageId: z.string() })) })
    .transform(({ Successful }) => Successful.map(({ MessageId }) => MessageId)),
]);

const queues = z.array(z.object({ name: z.string() }));
const message = z.object({ messageId: z.string() }).transform(({ messageId }) => messageId);
const messagesOfQueue = z
  .object({
    messages: z.object({
      ready: z.array(message),
      delayed: z.array(message),
      inflight: z.array(z.object({ message }).transform((entry) => entry.message)),
    }),
  })
  .transform(({ messages }) => Object.values(messages).flat());

/** How many message ids are kept before those of deleted messages are removed. */
const fewMessages = 1000;

/** Adds the two operations of message move tasks to a fauxqs that does not listen yet. */
export function addMessageMoveOperations(app: ReturnType<typeof buildApp>): void {
  const askSqs = async (operation: string, request: object): Promise<unknown> => {
    const reply = await app.inject({
      method: 'POST',
      url: '/',
      headers: { 'content-type': contentType, 'x-amz-target': `AmazonSQS.${operation}` },
      payload: JSON.stringify(request),
    });
    const body: unknown = JSON.parse(reply.body);
    if (reply.statusCode === 200) return body;
    const { __type: type, message } = errorReply.parse(body);
    throw new SqsRefusal(type.slice(type.lastIndexOf('#') + 1), message);
  };
  const tasks = createMessageMoveTasks(askSqs, recordSourceQueues(app));
  const operations = new Map([
    ['AmazonSQS.StartMessageMoveTask', (body: unknown) => tasks.start(body)],
    ['AmazonSQS.ListMessageMoveTasks', (body: unknown) => tasks.list(body)],
  ]);

  app.addHook('preHandler', async (request, reply) => {
    const operation = operations.get(String(request.headers['x-amz-target']));
    if (operation === undefined) return;
    void reply.header('content-type', contentType);
    try {
      await reply.send(JSON.stringify(await operation(request.body)));
    } catch (error) {
      if (!(error instanceof SqsRefusal)) throw error;
      const body = { __type: `com.amazonaws.sqs#${error.code}`, message: error.message };
      await reply.code(400).send(JSON.stringify(body));
    }
  });
}

/** Records the queue that each message is sent to, since fauxqs forgets where a dead letter came from. */
function recordSourceQueues(app: ReturnType<typeof buildApp>): (messageId: string) => string | undefined {
  const queueNames = new Map<string, string>();
  let manyMessages = fewMessages;
  app.addHook('onSend', async (request, reply, payload) => {
    const target = String(request.headers['x-amz-target']);
    if (!target.startsWith('AmazonSQS.SendMessage') || reply.statusCode !== 200) return;
    const { QueueUrl: queueUrl } = sending.parse(request.body);
    const queueName = queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
    for (const messageId of sent.parse(JSON.parse(String(payload)))) queueNames.set(messageId, queueName);
    if (queueNames.size > manyMessages) await forgetDeletedMessages();
  });

  async function forgetDeletedMessages(): Promise<void> {
    // A message that is sent from now on may be in no queue yet when the queues are listed.
    manyMessages = Infinity;
    const remembered = [...queueNames.keys()];
    const inQueues = new Set<string>();
    for (const { name } of queues.parse(await inspect('/_fauxqs/queues'))) {
      for (const messageId of messagesOfQueue.parse(await inspect(`/_fauxqs/queues/${name}`))) {
        inQueues.add(messageId);
      }
    }
    for (const messageId of remembered) if (!inQueues.has(messageId)) queueNames.delete(messageId);
    manyMessages = Math.max(fewMessages, 2 * queueNames.size);
  }

  const inspect = async (url: string): Promise<unknown> => {
    const reply = await app.inject({ method: 'GET', url });
    return JSON.parse(reply.body);
  };

  return (messageId) => queueNames.get(messageId);
}
