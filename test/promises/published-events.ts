import type { PlatelineEvent } from '../../functions/core/event/event.ts';
import { subscribeToEvents } from '../../infra/local/event-subscription.ts';

/** Collects what a stack publishes from now on; `stop` ends it. */
export async function collectEvents(stack: Parameters<typeof subscribeToEvents>[0]) {
  const subscription = await subscribeToEvents(stack);
  const published: PlatelineEvent[] = [];
  const ending = new AbortController();
  const collecting = (async () => {
    for await (const event of subscription.events(ending.signal)) published.push(event);
  })();
  return {
    published,
    stop: async () => {
      ending.abort();
      await collecting;
      subscription.close();
    },
  };
}
