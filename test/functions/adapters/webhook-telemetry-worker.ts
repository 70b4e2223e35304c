// Writes everything that the telemetry of webhooks can write; its environment names the service and the stage.
import { createWebhookTelemetry } from '../../../functions/adapters/webhook-telemetry.ts';

const telemetry = createWebhookTelemetry();
const reason = { code: 'HTTP_500', message: 'The receiver answered 500.' };
const attempt = {
  webhookId: 'office',
  eventId: 'event-1',
  type: 'list.matched',
  at: '2026-11-22T08:15:00.000Z',
  durationMs: 12,
};
telemetry.attempted({ ...attempt, result: 'delivered' });
telemetry.attempted({ ...attempt, result: 'failed', reason });
telemetry.paused('office', 5, 30_000);
telemetry.parked('message-1', reason);
telemetry.troubled('message-1', reason);
telemetry.notLogged(reason);
telemetry.flush();
