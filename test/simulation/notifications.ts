import { makeEventBridgeBody, makeS3Body, makeS3Record, wrapInSns } from '../fakes/s3-events.ts';
import type { Random } from './random.ts';
import type { Upload } from './upload.ts';

/** A message's body, and the truth about it. */
export type Announcement = {
  readonly body: string;
  readonly imageIds: readonly string[];
  readonly bad: boolean;
  readonly form: string;
};

/**
 * Announces uploads in one of the envelopes that S3's events come in; sometimes with a bad or a foreign
 * record among them.
 */
export function announce(random: Random, uploads: readonly [Upload, ...Upload[]]): Announcement {
  const imageIds = uploads.map(({ imageId }) => imageId);
  const [only] = uploads;
  if (uploads.length === 1 && random.chance(0.2)) {
    return { body: eventBridgeBody(random, only), imageIds, bad: false, form: 'EventBridge' };
  }
  const bad = random.chance(0.05);
  const records = [
    ...uploads.map((upload) => s3Record(random, upload)),
    ...(bad ? [makeS3Record({ key: '%E0%A4%A', versionId: 'v1' })] : []),
    ...(random.chance(0.05)
      ? [makeS3Record({ key: formEncode(only.key) }, { eventName: 'ObjectRemoved:Delete' })]
      : []),
  ];
  const body = makeS3Body(...random.shuffled(records));
  return random.chance(0.2)
    ? { body: wrapInSns(body), imageIds, bad, form: 'SNS' }
    : { body, imageIds, bad, form: 'S3' };
}

/** A message that announces no picture; `number` makes its body unlike others. */
export function announceNothing(random: Random, number: number): Announcement {
  const bad = random.chance(0.6);
  const body = bad
    ? random.pick([
        `not JSON ${number}`,
        `{"Records":[${number}]}`,
        JSON.stringify({ source: 'aws.s3', 'detail-type': 'Object Created', detail: { number } }),
      ])
    : JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', RequestId: String(number) });
  return { body, imageIds: [], bad, form: bad ? 'no notification' : 's3:TestEvent' };
}

function s3Record(random: Random, upload: Upload) {
  const { key, versionId, etag, sizeBytes, uploadedAt } = upload;
  return makeS3Record(
    { key: formEncode(key), eTag: etag, size: sizeBytes, ...(versionId === undefined ? {} : { versionId }) },
    { eventTime: uploadedAt, eventName: random.pick(['ObjectCreated:Put', 'ObjectCreated:Copy']) },
  );
}

function eventBridgeBody(random: Random, upload: Upload): string {
  const { key, versionId, etag, sizeBytes, uploadedAt } = upload;
  return makeEventBridgeBody(
    {
      key,
      etag,
      size: random.chance(0.5) ? sizeBytes : undefined,
      ...(versionId === undefined ? {} : { 'version-id': versionId }),
    },
    { time: uploadedAt },
  );
}

/** As browsers encode forms, and S3 its keys. */
function formEncode(key: string): string {
  return new URLSearchParams({ key }).toString().slice('key='.length).replaceAll('%2F', '/');
}
