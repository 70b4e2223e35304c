import { buildApp } from 'fauxqs';
import type { LoopbackServer } from './loopback-server.ts';

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
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, stop: () => app.close() };
}
