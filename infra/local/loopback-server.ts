import { once } from 'node:events';
import type { Server } from 'node:http';

/** A server that only this machine can reach. */
export interface LoopbackServer {
  readonly url: string;
  /** Closes the server and all its connections; a second call does nothing. */
  stop(): Promise<void>;
}

/**
 * Makes a server listen on 127.0.0.1; port 0 takes a free one. Rejects with `EADDRINUSE` if the port is
 * taken.
 */
export async function listenOnLoopback(server: Server, port: number): Promise<LoopbackServer> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('The server has no TCP address.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
