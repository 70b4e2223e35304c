import assert from 'node:assert/strict';
import { test } from 'vitest';
import { followTopic } from '../../../../cli/commands/listen/follow-topic.ts';

test('a new queue takes over from an old one, which is emptied and then deleted', async () => {
  const ending = new AbortController();
  const steps: string[] = [];
  let nowMs = 0;
  const queueOf = (name: string, batches: readonly (readonly string[])[]) => {
    const waiting = [...batches];
    return {
      receive: (signal: AbortSignal) => {
        signal.throwIfAborted();
        return Promise.resolve(waiting.shift() ?? []);
      },
      leaveTopic: () => Promise.resolve(void steps.push(`${name} leaves`)),
      delete: () => Promise.resolve(void steps.push(`${name} deleted`)),
    };
  };
  const messages = followTopic({
    queue: queueOf('first', [['1'], ['2', '3'], ['4']]),
    open: () => {
      steps.push('second made');
      return Promise.resolve(queueOf('second', [['5']]));
    },
    renewAfterMs: 1000,
    now: () => nowMs,
    signal: ending.signal,
  });
  const seen: string[] = [];
  await assert.rejects(
    async () => {
      for await (const bodies of messages) {
        seen.push(...bodies);
        if (bodies.includes('1')) nowMs = 1000;
        if (bodies.includes('5')) ending.abort();
      }
    },
    { name: 'AbortError' },
  );
  assert.deepEqual(seen, ['1', '2', '3', '4', '5']);
  assert.deepEqual(steps, ['second made', 'first leaves', 'first deleted', 'second deleted']);
});
