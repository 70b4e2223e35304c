import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import { listenOnLoopback } from '../../infra/local/loopback-server.ts';

const reply = z.looseObject({ ConsumedCapacity: z.object({ CapacityUnits: z.number() }).optional() });

export type CapacityMeter = Awaited<ReturnType<typeof startCapacityMeter>>;

/** Starts a proxy of DynamoDB that asks with each request for the consumed capacity, and adds it up. */
export async function startCapacityMeter(targetUrl: string) {
  let units = 0;

  const forward = async (request: IncomingMessage) => {
    const body = z.looseObject({}).parse(await json(request));
    const { 'x-amz-target': operation, authorization, 'x-amz-date': date } = request.headers;
    const response = await fetch(targetUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': String(operation),
        'x-amz-date': String(date),
        authorization: String(authorization),
      },
      body: JSON.stringify({ ...body, ReturnConsumedCapacity: 'TOTAL' }),
    });
    const text = await response.text();
    units += reply.parse(JSON.parse(text)).ConsumedCapacity?.CapacityUnits ?? 0;
    return { statusCode: response.status, text };
  };

  const server = createServer((request, response) => {
    forward(request).then(
      ({ statusCode, text }) => {
        response.writeHead(statusCode, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
      },
      (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
    );
  });
  const loopbackServer = await listenOnLoopback(server, 0);
  return {
    url: loopbackServer.url,
    /** The capacity units consumed since the last call. */
    takeUnits(): number {
      const taken = units;
      units = 0;
      return taken;
    },
    stop: () => loopbackServer.stop(),
  };
}
