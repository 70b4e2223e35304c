import { createSandbox, type Outside, type Sandbox } from './sandbox.ts';
import type { SimulatedQueue } from './simulated-queue.ts';
import type { World } from './world.ts';

const batchSize = 10;

/**
 * Lambda and its event source mapping: batches of messages for a few sandboxes, partial failures, a new
 * sandbox for a dead one.
 */
export function startLambda(world: World, queue: SimulatedQueue, outside: Outside): void {
  const { time, random, weather } = world;
  let sandboxes = 0;
  const idle: Sandbox[] = Array.from({ length: random.between(2, 3) }, newSandbox);

  queue.onVisible(() => {
    time.at(time.nowMs() + random.between(0, 300), poll);
  });

  function newSandbox(): Sandbox {
    return createSandbox(world, outside, `s${++sandboxes}`);
  }

  function poll(): void {
    const before = idle.pop();
    if (!before) return;
    // A deployment with other caps gives all invocations new sandboxes.
    const sandbox = before.caps === outside.callCaps?.() ? before : newSandbox();
    const messages = queue.receive(random.chance(0.5) ? random.between(1, batchSize) : batchSize);
    if (messages.length === 0) {
      idle.push(sandbox);
      return;
    }
    invoke(sandbox, messages).catch((error: unknown) => {
      time.fail(error);
    });
  }

  async function invoke(sandbox: Sandbox, messages: ReturnType<typeof queue.receive>): Promise<void> {
    const end = await sandbox.invoke(messages);
    if (end !== 'dead') {
      for (const message of messages.filter(({ messageId }) => !end.failures.has(messageId))) {
        // Deleting can fail too: then the message comes again.
        const isLost = time.nowMs() < weather.calmFromMs && random.chance(weather.faultRate);
        if (!isLost) queue.acknowledge(message);
      }
    }
    // Lambda chooses the next sandbox; the successor of a dead one shares no state with it.
    idle.splice(random.between(0, idle.length), 0, end === 'dead' ? newSandbox() : sandbox);
    time.at(time.nowMs() + random.between(0, 300), poll);
  }
}
