import { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent, ScheduledEvent } from 'aws-lambda';
import { createCameraPictures } from '../adapters/camera-pictures.ts';
import { createEventTopic } from '../adapters/event-topic.ts';
import { createPlateHash } from '../adapters/hash-key.ts';
import { createHourlyCounts } from '../adapters/hourly-counts.ts';
import { createListsTable } from '../adapters/lists-table.ts';
import { createVisitsTable } from '../adapters/visits-table.ts';
import { createEventBuilder, type EventBuilder } from '../core/event/build-event.ts';
import { createClock } from './clock.ts';
import { createFollowCamera } from './follow-camera.ts';
import { createFollowHealth } from './follow-health.ts';
import { createFollowSite } from './follow-site.ts';
import { readSettings } from './settings.ts';
import { createStreamBatch } from './stream-batch.ts';

const { now } = Date;
const environment = readSettings(process.env);
const settings = environment.SITES;
const logger = new Logger();
const visits = createVisitsTable(environment.VISITS_TABLE, environment.RETENTION_DAYS);
const lists = createListsTable(environment.LISTS_TABLE, now);
const topic = createEventTopic(environment.EVENTS_TOPIC);
const followSite = createFollowSite({ visits, lists, topic, settings, now });
const pictures = createCameraPictures(environment.READINGS_TABLE);
const followCamera = createFollowCamera({ visits, pictures, topic, settings, now });
const counts = createHourlyCounts(environment.USAGE_TABLE);
const followHealth = createFollowHealth({ visits, counts, topic, settings });
const minuteHasPassed = createClock({ visits, followSite, followCamera, followHealth });
let builder: EventBuilder | undefined;
const followRecords = createStreamBatch({
  followSite,
  followCamera,
  topic,
  eventBuilder,
  settings,
  onFailure: (reason) => {
    logger.error('records come back', { reason });
  },
  onSkipped: () => {
    logger.error('item skipped: it is no record');
  },
});

/** Lambda calls it with each batch of the table's stream, and every minute. */
export async function handler(
  event: DynamoDBStreamEvent | ScheduledEvent,
): Promise<DynamoDBBatchResponse | undefined> {
  if ('Records' in event) return await followRecords(event.Records);
  // The clock's own time: an invocation by hand can look ahead.
  await minuteHasPassed(Date.parse(event.time), await eventBuilder());
  return undefined;
}

/** Only a success is kept: after a failure the next invocation asks for the key again. */
async function eventBuilder(): Promise<EventBuilder> {
  builder ??= createEventBuilder(
    environment.STAGE,
    environment.EVENT_PLATES === 'plain'
      ? { kind: 'plain' }
      : { kind: 'hash', hash: await createPlateHash(environment.HASH_KEY_PARAMETER) },
  );
  return builder;
}
