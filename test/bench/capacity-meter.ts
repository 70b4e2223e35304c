import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import { listenOnLoopback } from '../../infra/local/loopback-server.ts';

const consumed = z.object({ CapacityUnits: z.number() });
/** Batches name each table apart. */
const reply = z.looseObject({ ConsumedCapacity: z.union([consumed, z.array(consumed)]).optional() });

/** A request that was answered, with the units of the table that it consumed; indexes are not in them. */
export type MeteredRequest = {
  /** Such as `PutItem`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly units: number;
};

export type CapacityMeter = Awaited<ReturnType<typeof startCapacityMeter>>;

/** Starts a proxy of DynamoDB that asks with each request for the consumed capacity, and adds it up. */
export async function startCapacityMeter(
  targetUrl: string,
  onRequest: (request: MeteredRequest) => void = () => undefined,
) {
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
    const { ConsumedCapacity: capacity = [] } = reply.parse(JSON.parse(text));
    const used = [capacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
    units += used;
    onRequest({ operation: String(operation).replace(/^.*\./, ''), input: body, units: used });
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
