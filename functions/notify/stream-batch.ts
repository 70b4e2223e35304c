import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import type { EventTopic } from '../adapters/event-topic.ts';
import type { EventBuilder } from '../core/event/build-event.ts';
import { reasonOf, type Reason } from '../core/record/reason.ts';
import { pictureRecord, type PictureRecord } from '../core/record/record.ts';
import { sightingsOf } from '../core/visit/sightings.ts';
import { placeOf, type SiteSettings } from '../core/visit/site-settings.ts';
import type { Sighting } from '../core/visit/visit.ts';
import type { FollowCamera } from './follow-camera.ts';
import type { FollowSite } from './follow-site.ts';

/** Attributes as the stream has them; the SDK's own type knows more kinds. */
const image = z.record(
  z.string(),
  z.custom<AttributeValue>((value) => typeof value === 'object'),
);

type StreamedRecord = { readonly sequenceNumber: string; readonly record: PictureRecord };

/** Publishes the records of a batch of the table's stream, and follows their visits and cameras. */
export function createStreamBatch(deps: {
  readonly followSite: FollowSite;
  readonly followCamera: Pick<FollowCamera, 'pictureCame'>;
  readonly topic: EventTopic;
  readonly eventBuilder: () => Promise<EventBuilder>;
  readonly settings: SiteSettings;
  readonly onFailure: (reason: Reason) => void;
  /** The table has an item that is no record. */
  readonly onSkipped: () => void;
}) {
  const { followSite, followCamera, topic, eventBuilder, settings, onFailure, onSkipped } = deps;

  /** Lambda repeats the batch from the first record that failed. */
  return async function followRecords(records: readonly DynamoDBRecord[]): Promise<DynamoDBBatchResponse> {
    const streamed = records.flatMap(parse);
    const failed = new Set<string>();
    const attempt = async (concerned: readonly StreamedRecord[], work: () => Promise<void>) => {
      try {
        await work();
      } catch (error) {
        onFailure(reasonOf(error));
        for (const { sequenceNumber } of concerned) failed.add(sequenceNumber);
      }
    };
    await attempt(streamed, async () => {
      const events = await eventBuilder();
      await topic.publish(streamed.flatMap(({ record }) => events.readingFinal(record) ?? []));
      for (const [site, { reads, concerned }] of bySite(streamed)) {
        await attempt(concerned, () => followSite(site, reads, events));
      }
      for (const [camera, concerned] of Map.groupBy(streamed, ({ record }) => record.camera)) {
        const uploadedAt = concerned
          .map(({ record }) => record.uploadedAt)
          .toSorted()
          .at(-1);
        if (camera === undefined || uploadedAt === undefined) continue;
        await attempt(concerned, () => followCamera.pictureCame(camera, uploadedAt));
      }
    });
    return {
      batchItemFailures: records.flatMap(({ dynamodb }) =>
        dynamodb?.SequenceNumber !== undefined && failed.has(dynamodb.SequenceNumber)
          ? [{ itemIdentifier: dynamodb.SequenceNumber }]
          : [],
      ),
    };
  };

  function parse({ dynamodb }: DynamoDBRecord): StreamedRecord[] {
    const parsedImage = image.safeParse(dynamodb?.NewImage);
    if (!parsedImage.success || dynamodb?.SequenceNumber === undefined) return [];
    const parsed = pictureRecord.safeParse(unmarshall(parsedImage.data));
    if (parsed.success) return [{ sequenceNumber: dynamodb.SequenceNumber, record: parsed.data }];
    onSkipped();
    return [];
  }

  function bySite(streamed: readonly StreamedRecord[]) {
    const sites = new Map<string, { reads: Sighting[]; concerned: StreamedRecord[] }>();
    for (const each of streamed) {
      const reads = sightingsOf(each.record);
      const [read] = reads;
      if (!read) continue;
      const { site } = placeOf(settings, read.camera);
      const known = sites.get(site) ?? { reads: [], concerned: [] };
      const ids = new Set(known.reads.map(({ readId }) => readId));
      known.reads.push(...reads.filter(({ readId }) => !ids.has(readId)));
      known.concerned.push(each);
      sites.set(site, known);
    }
    return sites;
  }
}
