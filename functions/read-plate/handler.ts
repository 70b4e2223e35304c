import { randomUUID } from 'node:crypto';
import { collectYoungGarbage } from '../adapters/garbage-collector.ts';
import { createPictureQueue } from '../adapters/picture-queue.ts';
import { createPictureStore } from '../adapters/picture-store.ts';
import { createReadingsTable } from '../adapters/readings-table.ts';
import { createSecretStore } from '../adapters/secret-store.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { createUsageTable } from '../adapters/usage-table.ts';
import { createVehiclePlateEndpoint } from '../adapters/vehicle-plate-endpoint.ts';
import { createAskEndpoint } from './ask-endpoint.ts';
import { createBatchHandler } from './batch.ts';
import { createReadPicture } from './read-picture.ts';
import { readSettings } from './settings.ts';

const { now } = Date;
const settings = readSettings(process.env);
const secrets = createSecretStore(settings, now);
const endpoint = createVehiclePlateEndpoint(settings, now);
const askEndpoint = createAskEndpoint({ secrets, endpoint, now });
const table = createReadingsTable(settings.readingsTable);
const pictures = createPictureStore();
const newClaimOwner = randomUUID;
const readPicture = createReadPicture({ table, pictures, askEndpoint, settings, now, newClaimOwner });
const queue = createPictureQueue();
const usageTable = createUsageTable(settings.usageTable);
const telemetry = createTelemetry();
const { ocrConcurrency } = settings;
const { random } = Math;

const handleBatch = createBatchHandler({
  readPicture,
  queue,
  usageTable,
  telemetry,
  ocrConcurrency,
  now,
  random,
});

/** Lambda calls it with each batch of the queue. */
export const handler: typeof handleBatch = async (event, context) => {
  // Starts while the pictures are claimed and fetched. If it fails, the code that needs the keys reports it.
  secrets.current().catch(() => undefined);
  const response = await handleBatch(event, context);
  collectYoungGarbage();
  return response;
};
