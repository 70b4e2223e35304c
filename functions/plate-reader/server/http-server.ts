import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createAdaptorServer, type ServerType } from '@hono/node-server';

/** What an app knows of the connection that a request came on. */
export type Connection = { readonly incoming: { readonly socket: { readonly destroyed: boolean } } };

/** What the server hands its requests to. */
type App = {
  readonly fetch: (request: Request, connection: Connection) => Response | Promise<Response>;
};

/** A server that listens. */
export type ListeningServer = {
  /** Scheme, host and port. */
  readonly url: string;
  /** Accepts nothing more, answers what has begun for at most 20 seconds, and resolves without connections. */
  close(): Promise<void>;
};

/** Seconds until a client must have sent a whole request; a picture of 5 MB takes that at 1.4 Mbit/s. */
const requestTimeoutMs = 30_000;
const headersTimeoutMs = 10_000;

/** How long a closing server waits for clients: Node's own timeouts of requests end when a server closes. */
const defaultClosingTimeoutMs = 20_000;

/** Bounds the memory that waiting uploads take. */
const maxConnections = 256;

/**
 * Starts an app on a host and port; port 0 takes a free one. Rejects with code `EADDRINUSE` where the port is
 * taken.
 */
export async function startHttpServer(
  app: App,
  options: {
    readonly host: string;
    readonly port: number;
    /** PEM texts; absent for plain HTTP. */
    readonly tls?: { readonly cert: string; readonly key: string };
    /** Milliseconds until `close` cuts off the connections that are left; 20,000 unless given. */
    readonly closingTimeoutMs?: number;
  },
): Promise<ListeningServer> {
  const server = createServer(app, options.tls);
  if ('maxConnections' in server) server.maxConnections = maxConnections;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('The server has no TCP address.');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `${options.tls ? 'https' : 'http'}://${host}:${address.port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      const timer = setTimeout(() => {
        if ('closeAllConnections' in server) server.closeAllConnections();
      }, options.closingTimeoutMs ?? defaultClosingTimeoutMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function createServer({ fetch }: App, tls: { cert: string; key: string } | undefined): ServerType {
  const timeouts = { requestTimeout: requestTimeoutMs, headersTimeout: headersTimeoutMs };
  return tls
    ? createAdaptorServer({
        fetch,
        overrideGlobalObjects: false,
        createServer: createHttpsServer,
        serverOptions: { ...timeouts, ...tls, handshakeTimeout: headersTimeoutMs },
      })
    : createAdaptorServer({
        fetch,
        overrideGlobalObjects: false,
        createServer: createHttpServer,
        serverOptions: timeouts,
      });
}
