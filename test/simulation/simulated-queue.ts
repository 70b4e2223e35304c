import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { jsonError, jsonInput, jsonOperation, jsonResponse, type AwsService } from './aws-service.ts';
import type { Announcement } from './notifications.ts';
import type { World } from './world.ts';

export type ReceivedMessage = {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly receiveCount: number;
  /** Epoch milliseconds. */
  readonly sentMs: number;
  readonly body: string;
};

type Message = {
  readonly messageId: string;
  readonly body: string;
  readonly sentMs: number;
  receiveCount: number;
  visibleAtMs: number;
};

export type SimulatedQueue = ReturnType<typeof createSimulatedQueue>;

export const queueArn = 'arn:aws:sqs:ap-northeast-2:123456789012:pictures';
const deadLetterArn = `${queueArn}-dead-letter`;
const queueUrl = 'https://sqs.example/pictures';
const deadLetterUrl = `${queueUrl}-dead-letter`;

const visibilityTimeoutMs = 360_000;
const maxReceiveCount = 150;
const extraDeliveryAfterMs = [0, 2000, 10_000, 40_000] as const;

const getQueueUrl = z.object({ QueueName: z.enum(['pictures', 'pictures-dead-letter']) });
const getQueueAttributes = z.object({ QueueUrl: z.literal(queueUrl) });
const changeVisibility = z.object({
  QueueUrl: z.literal(queueUrl),
  Entries: z
    .array(
      z.object({
        Id: z.string(),
        ReceiptHandle: z.string(),
        VisibilityTimeout: z.int().check(z.gte(0), z.lte(43_200)),
      }),
    )
    .check(z.minLength(1), z.maxLength(10)),
});
const sendMessage = z.discriminatedUnion('QueueUrl', [
  z.object({ QueueUrl: z.literal(deadLetterUrl), MessageBody: z.string() }),
  z.object({
    QueueUrl: z.literal(queueUrl),
    MessageBody: z.string(),
    DelaySeconds: z.int().check(z.gte(0), z.lte(900)),
  }),
]);

/** SQS with a standard queue and its dead-letter queue: at least once, in any order. */
export function createSimulatedQueue({ time, random, weather, note }: World) {
  const messages = new Map<string, Message>();
  const sentByBody = new Map<
    string,
    { readonly announcement: Announcement; readonly messageIds: string[] }
  >();
  const listeners: (() => void)[] = [];
  let sent = 0;

  function becomesVisible(message: Message, atMs: number): void {
    message.visibleAtMs = atMs;
    time.at(atMs, () => {
      for (const listener of listeners) listener();
    });
  }

  function add(announcement: Announcement, visibleAtMs: number): void {
    const { body, imageIds, bad, form } = announcement;
    const messageId = `m${++sent}`;
    const message = { messageId, body, sentMs: time.nowMs(), receiveCount: 0, visibleAtMs: 0 };
    messages.set(messageId, message);
    const before = sentByBody.get(body)?.messageIds ?? [];
    sentByBody.set(body, { announcement, messageIds: [...before, messageId] });
    note({ kind: 'sent', messageId, imageIds, bad, form });
    becomesVisible(message, visibleAtMs);
  }

  /** Undefined for a message that is gone, and for a receipt that a later one has replaced. */
  function messageOf(receiptHandle: string): Message | undefined {
    const [messageId = '', receiveCount] = receiptHandle.split('#');
    const message = messages.get(messageId);
    return message?.receiveCount === Number(receiveCount) ? message : undefined;
  }

  const service: AwsService = {
    operationOf: (request) => ({ name: jsonOperation(request) }),
    error: jsonError,
    answer(request) {
      const input = jsonInput(request);
      switch (jsonOperation(request)) {
        case 'GetQueueUrl': {
          const { QueueName: name } = getQueueUrl.parse(input);
          return jsonResponse({ QueueUrl: name === 'pictures' ? queueUrl : deadLetterUrl });
        }
        case 'GetQueueAttributes': {
          getQueueAttributes.parse(input);
          const policy = { deadLetterTargetArn: deadLetterArn, maxReceiveCount };
          return jsonResponse({ Attributes: { RedrivePolicy: JSON.stringify(policy) } });
        }
        case 'ChangeMessageVisibilityBatch': {
          const { Entries: entries } = changeVisibility.parse(input);
          for (const entry of entries) {
            const message = messageOf(entry.ReceiptHandle);
            if (message) becomesVisible(message, time.nowMs() + entry.VisibilityTimeout * 1000);
          }
          return jsonResponse({ Successful: entries.map(({ Id }) => ({ Id })), Failed: [] });
        }
        case 'SendMessage': {
          const sending = sendMessage.parse(input);
          const { MessageBody: body } = sending;
          const before = sentByBody.get(body);
          if (sending.QueueUrl === deadLetterUrl) {
            for (const messageId of before?.messageIds ?? ['an unknown message'])
              note({ kind: 'dead-lettered', messageId, how: 'parked' });
          } else {
            if (!before) throw new Error('The function sent a message of its own.');
            add({ ...before.announcement, form: 'renewed' }, time.nowMs() + sending.DelaySeconds * 1000);
          }
          return jsonResponse({
            MessageId: 'sent',
            MD5OfMessageBody: createHash('md5').update(body).digest('hex'),
          });
        }
        default:
          throw new Error(`The simulated SQS does not know ${jsonOperation(request)}.`);
      }
    },
  };

  return {
    service,

    /** Calls `listener` whenever a message may have become visible. */
    onVisible: (listener: () => void) => void listeners.push(listener),

    send(announcement: Announcement): void {
      add(announcement, time.nowMs());
    },

    receive(most: number): ReceivedMessage[] {
      const visible = [...messages.values()].filter(({ visibleAtMs }) => visibleAtMs <= time.nowMs());
      const worn = visible.filter(({ receiveCount }) => receiveCount >= maxReceiveCount);
      for (const { messageId } of worn) {
        messages.delete(messageId);
        note({ kind: 'dead-lettered', messageId, how: 'received too often' });
      }
      const usable = visible.filter((message) => !worn.includes(message));
      return random
        .shuffled(usable)
        .slice(0, most)
        .map((message) => {
          message.receiveCount++;
          const isDeliveredTwice =
            time.nowMs() < weather.calmFromMs && random.chance(weather.extraDeliveryRate);
          becomesVisible(
            message,
            time.nowMs() + (isDeliveredTwice ? random.pick(extraDeliveryAfterMs) : visibilityTimeoutMs),
          );
          const { messageId, body, sentMs, receiveCount } = message;
          return { messageId, body, sentMs, receiveCount, receiptHandle: `${messageId}#${receiveCount}` };
        });
    },

    /** What SQS's own metrics say: messages that are received three times have no age any more. */
    measure: () => {
      const nowMs = time.nowMs();
      const all = [...messages.values()];
      const ages = all.filter(({ receiveCount }) => receiveCount < 3).map(({ sentMs }) => nowMs - sentMs);
      return {
        available: all.filter(({ visibleAtMs }) => visibleAtMs <= nowMs).length,
        oldestAgeSeconds: Math.max(0, ...ages) / 1000,
      };
    },

    /** Deletes a message; sometimes an old receipt does too. */
    acknowledge({ receiptHandle, messageId }: ReceivedMessage): void {
      if (!messageOf(receiptHandle) && !random.chance(0.5)) return;
      if (messages.delete(messageId)) note({ kind: 'acknowledged', messageId });
    },
  };
}
