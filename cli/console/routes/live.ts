import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { LiveEvent, LiveFeed } from '../live-feed.ts';

/** Without a word for so long, the page takes the connection for lost. */
const heartbeatMs = 5000;

/** Server-sent events: everything at first, then each change; `?camera=` for one camera. */
export function createLiveRoutes(feed: LiveFeed): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    const camera = context.req.query('camera');
    return streamSSE(context, async (stream) => {
      const send = (event: LiveEvent) => {
        const seen = ofCamera(event, camera);
        if (seen.kind === 'records' && seen.records.length === 0) return;
        void stream.writeSSE({ event: seen.kind, data: JSON.stringify(seen) });
      };
      const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
      stream.onAbort(() => {
        resolve(undefined);
      });
      const stopListening = feed.listen(send);
      const heartbeat = setInterval(() => {
        void stream.writeSSE({ event: 'heartbeat', data: '' });
      }, heartbeatMs);
      await aborted;
      clearInterval(heartbeat);
      stopListening();
    });
  });
  return routes;
}

function ofCamera(event: LiveEvent, camera: string | undefined): LiveEvent {
  if (camera === undefined || event.kind === 'fault') return event;
  return {
    ...event,
    records: event.records.filter((record) => record.camera === camera),
    matches: event.matches
      .filter((match) => match.camera === camera)
      .map((match) => ({ ...match, isNew: match.isNewAtCamera })),
  };
}
