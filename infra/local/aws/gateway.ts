import type { IncomingMessage } from 'node:http';
import type { LoopbackServer } from '../loopback-server.ts';
import { passOn, startForwardingServer } from './forwarding-server.ts';

/** Addresses of services, by the names that signatures give them. */
type ServiceUrls = Readonly<Record<'s3' | 'sqs' | 'sns' | 'dynamodb' | 'ssm' | 'sts', string>>;

/**
 * Starts one address for all services: each request goes to the service that its signature names. Requests
 * without a signature go to S3, since no other service accepts them.
 */
export function startGateway(serviceUrls: ServiceUrls, port: number): Promise<LoopbackServer> {
  const urls = new Map(Object.entries(serviceUrls));
  return startForwardingServer(port, async (incoming, outgoing, forward) => {
    const service = signedService(incoming) ?? 's3';
    const url = urls.get(service);
    if (url === undefined) {
      incoming.resume();
      const body = { __type: 'UnknownService', message: `There is no ${service} here.` };
      outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
      return;
    }
    await passOn(await forward(incoming, url), outgoing);
  });
}

/**
 * Finds the service in the credential scope `{key}/{date}/{region}/{service}/aws4_request`. The scope is in a
 * header or, in a presigned URL, in the query.
 */
function signedService({ headers, url = '' }: IncomingMessage): string | undefined {
  const query = new URLSearchParams(url.split('?', 2)[1]);
  const signed = headers.authorization ?? query.get('X-Amz-Credential') ?? '';
  return /([^/]+)\/aws4_request/.exec(signed)?.[1];
}
