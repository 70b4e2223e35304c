import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { listenOnLoopback, type LoopbackServer } from '../loopback-server.ts';

/** Addresses of services, by the names that signatures give them. */
export type ServiceUrls = Readonly<Record<'s3' | 'sqs' | 'dynamodb' | 'ssm', string>>;

/** One address for all services: each request goes to the one that its signature names. Unsigned requests are S3's, since no other service takes any. */
export async function startGateway(serviceUrls: ServiceUrls, port: number): Promise<LoopbackServer> {
  const urls = new Map(Object.entries(serviceUrls));
  const agent = new Agent({ keepAlive: true });

  const forward = async (url: URL, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const upstream = request({
      agent,
      host: url.hostname,
      port: url.port,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.rawHeaders,
    });
    const replied = new Promise<IncomingMessage>((resolve, reject) =>
      upstream.once('response', resolve).once('error', reject),
    );
    const answered = replied.then(async (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.rawHeaders);
      await pipeline(reply, outgoing);
    });
    await Promise.all([pipeline(incoming, upstream), answered]);
  };

  const server = createServer((incoming, outgoing) => {
    const service = signedService(incoming) ?? 's3';
    const url = urls.get(service);
    if (url === undefined) {
      incoming.resume();
      const body = { __type: 'UnknownService', message: `There is no ${service} here.` };
      outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
      return;
    }
    // A client or service that hangs up ends the exchange; to the other side the connection breaks.
    forward(new URL(url), incoming, outgoing).catch((error: unknown) =>
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

/** The service in the credential scope `{key}/{date}/{region}/{service}/aws4_request`, which stands in a header or, of a presigned URL, in the query. */
function signedService({ headers, url = '' }: IncomingMessage): string | undefined {
  const query = new URLSearchParams(url.split('?', 2)[1]);
  const signed = headers.authorization ?? query.get('X-Amz-Credential') ?? '';
  return /([^/]+)\/aws4_request/.exec(signed)?.[1];
}
