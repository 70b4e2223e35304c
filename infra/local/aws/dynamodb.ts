import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import createDynalite from 'dynalite';
import { listenOnLoopback, type LoopbackServer } from '../loopback-server.ts';

/** Starts DynamoDB's protocol by dynalite. Before it stops it answers every request that has begun. */
export async function startDynamodb(): Promise<LoopbackServer> {
  const server = createDynalite({ createTableMs: 0 });
  const begun = new Set<ServerResponse>();
  server.on('request', (request, response) => {
    // dynalite begins when it has the whole request, and goes on after the client has hung up.
    request.once('end', () => begun.add(response));
    response.once('finish', () => begun.delete(response));
  });
  const loopbackServer = await listenOnLoopback(server, 0);
  return {
    url: loopbackServer.url,
    stop: async () => {
      // If a request finds the database closed, dynalite throws where nobody can catch it.
      while ([...begun].some((response) => !response.writableEnded)) await delay(1);
      await loopbackServer.stop();
    },
  };
}
