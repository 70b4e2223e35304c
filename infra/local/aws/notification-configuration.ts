import type { buildApp } from 'fauxqs';
import * as z from 'zod';

const routeParameters = z.object({ bucket: z.string(), '*': z.literal('').optional() });

/**
 * Adds PutBucketNotificationConfiguration and its Get to a fauxqs that does not listen yet. It keeps only
 * whether a bucket sends its events to EventBridge, since nothing here sends any others to other targets.
 */
export function addNotificationConfigurations(app: ReturnType<typeof buildApp>): void {
  const sendsToEventBridge = new Set<string>();

  app.addHook('preHandler', async (request, reply) => {
    const parameters = routeParameters.safeParse(request.params);
    const query = new URLSearchParams(request.url.split('?', 2)[1]);
    if (!parameters.success || !query.has('notification')) return;
    const { bucket } = parameters.data;
    void reply.type('application/xml');
    if (request.method === 'PUT') {
      const document = String(request.body);
      if (/<(Queue|Topic|CloudFunction)Configuration\b/.test(document)) {
        const message = 'The local S3 sends the events of a bucket to EventBridge only.';
        const error = `<Error><Code>NotImplemented</Code><Message>${message}</Message></Error>`;
        await reply.code(501).send(error);
        return;
      }
      if (document.includes('<EventBridgeConfiguration')) sendsToEventBridge.add(bucket);
      else sendsToEventBridge.delete(bucket);
      await reply.send('');
    }
    if (request.method === 'GET') {
      const eventBridge = sendsToEventBridge.has(bucket) ? '<EventBridgeConfiguration/>' : '';
      await reply.send(`<NotificationConfiguration>${eventBridge}</NotificationConfiguration>`);
    }
  });
}
