import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { listenOnLoopback, type LoopbackServer } from '../loopback-server.ts';

/**
 * Sends a request to the service at `url` with its own method, path and headers, and returns the head of the
 * reply. Without `body` the request's body is streamed.
 */
type Forward = (incoming: IncomingMessage, url: string, body?: Buffer) => Promise<IncomingMessage>;

/**
 * Starts a server that answers each request with `serve`. If `serve` fails, the client's connection breaks.
 */
export async function startForwardingServer(
  port: number,
  serve: (incoming: IncomingMessage, outgoing: ServerResponse, forward: Forward) => Promise<void>,
): Promise<LoopbackServer> {
  const agent = new Agent({ keepAlive: true });

  const forward: Forward = async (incoming, url, body) => {
    const { hostname, port: upstreamPort } = new URL(url);
    const upstream = request({
      agent,
      host: hostname,
      port: upstreamPort,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.rawHeaders,
    });
    const replied = new Promise<IncomingMessage>((resolve, reject) =>
      upstream.once('response', resolve).once('error', reject),
    );
    if (body !== undefined) {
      upstream.end(body);
      return await replied;
    }
    // A service may reply before it has read the whole body; a client that hangs up ends both.
    return await Promise.race([replied, pipeline(incoming, upstream).then(() => replied)]);
  };

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing, forward).catch((error: unknown) =>
      outgoing.destroy(error instanceof Error ? error : undefined),
    );
  });
  const loopbackServer = await listenOnLoopback(server, port);
  return {
    url: loopbackServer.url,
    stop: async () => {
      await loopbackServer.stop();
      agent.destroy();
    },
  };
}

/** Answers a client with the reply of a service, as it came. */
export async function passOn(reply: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(reply.statusCode ?? 502, reply.rawHeaders);
  await pipeline(reply, outgoing);
}
