import { createDeliveryQueue } from '../adapters/delivery-queue.ts';
import { createSourceQueue } from '../adapters/source-queue.ts';
import { createWebhookDestinations } from '../adapters/webhook-destinations.ts';
import { createWebhookSender } from '../adapters/webhook-sender.ts';
import { createWebhookTelemetry } from '../adapters/webhook-telemetry.ts';
import { createWebhooksTable } from '../adapters/webhooks-table.ts';
import { createAttemptDelivery } from './attempt-delivery.ts';
import { createBatchHandler } from './batch.ts';
import { createDeliver } from './deliver.ts';
import { createHandleMessage } from './handle-message.ts';
import { readSettings } from './settings.ts';

const { now } = Date;
const { random } = Math;
const timeoutMs = 10_000;
const settings = readSettings(process.env);
const table = createWebhooksTable(settings.WEBHOOKS_TABLE);
const destinations = createWebhookDestinations(settings.WEBHOOKS_PATH, now);
const sender = createWebhookSender({ addresses: settings.WEBHOOK_ADDRESSES, timeoutMs });
const telemetry = createWebhookTelemetry();
const attemptDelivery = createAttemptDelivery({ table, destinations, sender, telemetry, now });
const deliver = createDeliver({ table, attemptDelivery, telemetry, now, random });
const handleMessage = createHandleMessage({ deliver, deliveries: createDeliveryQueue() });
const queue = createSourceQueue();

/** Lambda calls it with each batch of the queue. */
export const handler = createBatchHandler({ table, handleMessage, queue, telemetry });
