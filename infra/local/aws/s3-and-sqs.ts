import { buildApp } from 'fauxqs';
import * as z from 'zod';
import type { LoopbackServer } from '../loopback-server.ts';
import { addMessageMoveOperations } from './message-move-operations.ts';

/** By their names; a parameter without a value names a sub-resource, such as `?tagging`. */
const queryParameters = z.record(z.string(), z.unknown());

/** All that fauxqs can write besides objects. */
const knownSubResources = ['uploads', 'delete', 'lifecycle'];

/** S3 and SQS, which one server speaks. It delivers no bucket notifications and knows no object versions. */
export async function startS3AndSqs(region: string): Promise<LoopbackServer> {
  const app = buildApp({ logger: false, defaultRegion: region });
  // SDK clients take a queue URL's host for the endpoint, and the host that fauxqs puts there resolves on few machines.
  app.addHook('onSend', (_request, _reply, payload, done) => {
    const rewritten =
      typeof payload === 'string'
        ? payload.replaceAll(`://sqs.${region}.localhost:`, '://127.0.0.1:')
        : payload;
    done(null, rewritten);
  });
  // fauxqs takes a sub-resource that it does not know for the object itself, which it would overwrite with tags or an access list.
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'PUT' && request.method !== 'POST') return;
    const isUnknown = Object.entries(queryParameters.parse(request.query)).some(
      ([name, value]) => value === '' && !knownSubResources.includes(name),
    );
    if (!isUnknown) return;
    const message = 'The local S3 writes objects only, not their tags, access lists or retention.';
    await reply
      .code(501)
      .type('application/xml')
      .send(`<Error><Code>NotImplemented</Code><Message>${message}</Message></Error>`);
  });
  addMessageMoveOperations(app);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, stop: () => app.close() };
}
