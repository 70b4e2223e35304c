import { buildApp } from 'fauxqs';
import * as z from 'zod';
import type { LoopbackServer } from '../loopback-server.ts';
import { addMessageMoveOperations } from './message-move-operations.ts';
import { addNotificationConfigurations } from './notification-configuration.ts';
import { addObjectVersions } from './object-versions.ts';

/** The query by names; a parameter without a value is a sub-resource, such as `?tagging`. */
const queryParameters = z.record(z.string(), z.unknown());

/** The sub-resources that the local S3 can write. */
const knownSubResources = ['uploads', 'delete', 'lifecycle', 'versioning', 'notification'];

/** Room for the largest picture that the function reads, and for one that is too large. */
const longestBodyBytes = 64 * 1024 * 1024;

/** Starts S3 and SQS in one server. It sends no events of its buckets. */
export async function startS3AndSqs(region: string): Promise<LoopbackServer> {
  const app = buildApp({ logger: false, defaultRegion: region });
  // SDK clients use a queue URL's host as the endpoint, and the host of fauxqs resolves on few machines.
  app.addHook('onSend', (_request, _reply, payload, done) => {
    const rewritten =
      typeof payload === 'string'
        ? payload.replaceAll(`://sqs.${region}.localhost:`, '://127.0.0.1:')
        : payload;
    done(null, rewritten);
  });
  // fauxqs ignores an unknown sub-resource, and would overwrite the object with its tags or access list.
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'PUT' && request.method !== 'POST') return;
    const isUnknown = Object.entries(queryParameters.parse(request.query)).some(
      ([name, value]) => value === '' && !knownSubResources.includes(name),
    );
    if (!isUnknown) return;
    const message = 'The local S3 writes only objects, not their tags, access lists or retention.';
    await reply
      .code(501)
      .type('application/xml')
      .send(`<Error><Code>NotImplemented</Code><Message>${message}</Message></Error>`);
  });
  // fauxqs fails on an upload without bytes and without a content type, as curl -T and the AWS CLI send it.
  app.addHook('preHandler', (request, _reply, done) => {
    if (request.method === 'PUT') request.body ??= Buffer.alloc(0);
    done();
  });
  addNotificationConfigurations(app);
  addObjectVersions(app);
  // fauxqs takes 11 MB at once, and S3 takes 5 GB.
  app.removeContentTypeParser('*');
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: longestBodyBytes },
    (_request, body, done) => {
      done(null, body);
    },
  );
  addMessageMoveOperations(app);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, stop: () => app.close() };
}
