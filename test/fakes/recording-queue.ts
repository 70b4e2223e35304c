import type { SourceQueue, ReturningMessage } from '../../functions/adapters/source-queue.ts';

/** Only records its calls. */
export function createRecordingQueue() {
  const delayed: ({ readonly queueArn: string } & ReturningMessage)[] = [];
  const parked: { readonly queueArn: string; readonly body: string; readonly fault: string }[] = [];
  const renewed: { readonly queueArn: string; readonly body: string; readonly delaySeconds: number }[] = [];
  return {
    delayed,
    parked,
    renewed,
    delay(queueArn, messages) {
      delayed.push(...messages.map((message) => ({ queueArn, ...message })));
      return Promise.resolve([]);
    },
    park(queueArn, body, fault) {
      parked.push({ queueArn, body, fault });
      return Promise.resolve();
    },
    renew(queueArn, body, delaySeconds) {
      renewed.push({ queueArn, body, delaySeconds });
      return Promise.resolve();
    },
  } satisfies SourceQueue & { delayed: unknown[]; parked: unknown[]; renewed: unknown[] };
}
