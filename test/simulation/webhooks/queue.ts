import { randomUUID } from 'node:crypto';

/** A message of the simulated queue; times are epoch milliseconds. */
export type QueuedMessage = {
  readonly messageId: string;
  readonly body: string;
  readonly sentMs: number;
  visibleAtMs: number;
  receives: number;
};

const visibilityTimeoutMs = 360_000;
const maxReceiveCount = 1000;

/** SQS's standard queue with its dead-letter queue: what is received and not deleted comes back. */
export function createQueue(nowMs: () => number) {
  const messages = new Map<string, QueuedMessage>();
  const listeners: (() => void)[] = [];
  const deadLetters: { readonly body: string; readonly sentMs: number; readonly atMs: number }[] = [];

  return {
    deadLetters,
    /** Calls the listener after each message that is sent. */
    onSend: (listener: () => void) => void listeners.push(listener),
    isEmpty: () => messages.size === 0,
    send(body: string): void {
      const messageId = randomUUID();
      const sentMs = nowMs();
      messages.set(messageId, { messageId, body, sentMs, visibleAtMs: sentMs, receives: 0 });
      for (const listener of listeners) listener();
    },
    /** When the next message becomes visible; undefined for an empty queue. */
    nextVisibleAtMs: () =>
      messages.size === 0 ? undefined : Math.min(...[...messages.values()].map((each) => each.visibleAtMs)),
    receive(most: number): readonly QueuedMessage[] {
      const received: QueuedMessage[] = [];
      for (const message of messages.values()) {
        if (received.length === most) break;
        if (message.visibleAtMs > nowMs()) continue;
        message.receives += 1;
        if (message.receives > maxReceiveCount) {
          messages.delete(message.messageId);
          deadLetters.push({ body: message.body, sentMs: message.sentMs, atMs: nowMs() });
          continue;
        }
        message.visibleAtMs = nowMs() + visibilityTimeoutMs;
        received.push(message);
      }
      return received;
    },
    delay(messageId: string, delaySeconds: number): void {
      const message = messages.get(messageId);
      if (message) message.visibleAtMs = nowMs() + delaySeconds * 1000;
    },
    park(body: string, sentMs: number): void {
      deadLetters.push({ body, sentMs, atMs: nowMs() });
    },
    remove: (messageId: string) => void messages.delete(messageId),
  };
}
