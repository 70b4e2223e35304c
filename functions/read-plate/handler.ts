import { randomUUID } from 'node:crypto';
import { collectYoungGarbage } from '../adapters/garbage-collector.ts';
import { createSourceQueue } from '../adapters/source-queue.ts';
import { createPictureStore } from '../adapters/picture-store.ts';
import { createReadingsTable } from '../adapters/readings-table.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { createUsageTable } from '../adapters/usage-table.ts';
import { createBatchHandler } from './batch.ts';
import { chooseReader } from './choose-reader.ts';
import { createReadPicture } from './read-picture.ts';
import { readSettings } from './settings.ts';

const { now } = Date;
const settings = readSettings(process.env);
const { askForPlates, prepare } = await chooseReader(settings, now);
const table = createReadingsTable(settings.readingsTable);
const pictures = createPictureStore();
const newClaimOwner = randomUUID;
const { cropsBucket } = settings;
// A module of its own, so that a stage without crops does not load it.
const keepCrop =
  cropsBucket === undefined
    ? undefined
    : (await import('./crop-keeper.ts')).createCropKeeper(cropsBucket, table);
const { privacy } = settings;
// Likewise for a stage that keeps all plates as they are.
const loadPlateHider = privacy && (await import('./plate-hider.ts')).createPlateHider(privacy, now);
const readPicture = createReadPicture({
  table,
  pictures,
  askForPlates,
  keepCrop,
  loadPlateHider,
  settings,
  now,
  newClaimOwner,
});
const queue = createSourceQueue();
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
  // Starts while the pictures are claimed and fetched. If it fails, the code that needs it reports it.
  prepare().catch(() => undefined);
  const response = await handleBatch(event, context);
  collectYoungGarbage();
  return response;
};
