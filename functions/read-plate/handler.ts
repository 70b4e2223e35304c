import { randomUUID } from 'node:crypto';
import { createPictureQueue } from '../adapters/picture-queue.ts';
import { createPictureStore } from '../adapters/picture-store.ts';
import { createReadingsTable } from '../adapters/readings-table.ts';
import { createSecretStore } from '../adapters/secret-store.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { createVehiclePlateEndpoint } from '../adapters/vehicle-plate-endpoint.ts';
import { createAskEndpoint } from './ask-endpoint.ts';
import { createBatchHandler } from './batch.ts';
import { createReadPicture } from './read-picture.ts';
import { readSettings } from './settings.ts';

const { now } = Date;
const settings = readSettings(process.env);

/** What Lambda calls with each batch of the queue. */
export const handler = createBatchHandler({
  readPicture: createReadPicture({
    table: createReadingsTable(settings.readingsTable),
    pictures: createPictureStore(),
    askEndpoint: createAskEndpoint({
      secrets: createSecretStore(settings, now),
      endpoint: createVehiclePlateEndpoint(settings, now),
      now,
    }),
    newClaimOwner: randomUUID,
    settings,
    now,
  }),
  queue: createPictureQueue(),
  telemetry: createTelemetry(),
  ocrConcurrency: settings.ocrConcurrency,
  now,
  random: Math.random,
});
