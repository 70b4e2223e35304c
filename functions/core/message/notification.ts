import * as z from 'zod/mini';
import { decodeEventKey } from './event-key.ts';
import { imageIdOf, isConsoleFolder, type UploadedObject } from './uploaded-object.ts';
import { parseJson } from './parse-json.ts';
import { utcMoment } from '../capture/utc-moment.ts';

/**
 * What one queue message announces. If both lists are empty, the message is acknowledged (`s3:TestEvent`, a
 * removal, a folder of S3's console). A fault does not spoil the objects next to it.
 */
export type Notification = {
  readonly objects: readonly UploadedObject[];
  /** A few different sentences; they quote nothing of the message. */
  readonly faults: readonly string[];
};

/** SNS wraps an event as a string in its own envelope. */
const maxEnvelopes = 3;

/** A hostile body can have thousands. */
const maxFaults = 5;

const bucketName = z.string().check(z.regex(/^[\w.-]{1,255}$/));

/** S3's limit for a key in UTF-8 (User Guide, "Naming Amazon S3 objects"). */
const maxKeyBytes = 1024;
const objectKey = z
  .string()
  .check(
    z.refine(
      (key) => key !== '' && key.isWellFormed() && Buffer.byteLength(key) <= maxKeyBytes,
      'is not a key of S3 (1 to 1,024 bytes of UTF-8)',
    ),
  );

const objectDetails = {
  size: z.optional(z.int().check(z.nonnegative())),
  // Opaque and URL-ready, at most 1,024 bytes (User Guide, "How S3 Versioning works").
  versionId: z.nullish(z.string().check(z.regex(/^[\w.~-]{0,1024}$/))),
  etag: z.nullish(z.string().check(z.regex(/^[!-~]{0,256}$/))),
};

/**
 * Absent where it is missing or unreadable: the message's own time replaces it. Not `z.catch`, which brings
 * all of zod's tools into the bundle.
 */
const readableMoment = z.pipe(
  z.optional(z.unknown()),
  z.transform((given) => utcMoment.safeParse(given).data),
);

const s3Record = z.object({
  eventTime: readableMoment,
  s3: z.object({
    bucket: z.object({ name: bucketName }),
    object: z.pipe(
      z.object({
        key: z.string(),
        size: objectDetails.size,
        versionId: objectDetails.versionId,
        eTag: objectDetails.etag,
      }),
      z.transform(({ eTag, key, ...rest }) => ({ ...rest, key: decodeEventKey(key) ?? '', etag: eTag })),
    ),
  }),
});

const s3RecordHead = z.object({ eventSource: z.literal('aws:s3'), eventName: z.string() });
const s3Notification = z.object({ Records: z.array(z.unknown()).check(z.minLength(1)) });
const s3TestEvent = z.object({ Service: z.literal('Amazon S3'), Event: z.literal('s3:TestEvent') });

const snsEnvelope = z.object({ Type: z.literal('Notification'), TopicArn: z.string(), Message: z.string() });

const eventBridgeHead = z.object({ source: z.literal('aws.s3'), 'detail-type': z.string() });
const eventBridgeCreated = z.object({
  time: readableMoment,
  detail: z.object({
    bucket: z.object({ name: bucketName }),
    // EventBridge does not encode the key; S3's own notifications do.
    object: z.pipe(
      z.object({
        key: z.string(),
        size: objectDetails.size,
        etag: objectDetails.etag,
        'version-id': objectDetails.versionId,
      }),
      z.transform(({ 'version-id': versionId, ...rest }) => ({ ...rest, versionId })),
    ),
  }),
});

/**
 * Reads a queue message in every envelope of S3 events: S3's own, SNS around it, EventBridge. Never throws.
 * `sentAt` (ISO 8601 in UTC) is the time of the message; an event has it where its own time is missing or
 * unreadable. Without `sentAt` such an event is a fault.
 */
export function parseNotification(body: string, sentAt?: string): Notification {
  return openEnvelope(body, sentAt, maxEnvelopes);
}

function openEnvelope(body: string, sentAt: string | undefined, envelopesLeft: number): Notification {
  const event = parseJson(body);
  if (event === undefined) return fault('The body is not JSON.');

  const sns = snsEnvelope.safeParse(event);
  if (sns.success) {
    return envelopesLeft > 0
      ? openEnvelope(sns.data.Message, sentAt, envelopesLeft - 1)
      : fault('The body is wrapped in too many envelopes.');
  }
  if (s3TestEvent.safeParse(event).success) return { objects: [], faults: [] };

  const s3 = s3Notification.safeParse(event);
  if (s3.success) {
    const parts = s3.data.Records.map((record) => readS3Record(record, sentAt));
    const faults = new Set(parts.flatMap((part) => part.faults));
    return { objects: parts.flatMap((part) => part.objects), faults: [...faults].slice(0, maxFaults) };
  }
  return readEventBridgeEvent(event, sentAt);
}

function readS3Record(record: unknown, sentAt: string | undefined): Notification {
  const head = s3RecordHead.safeParse(record);
  if (!head.success) return fault('A record is not an S3 event.');
  if (!head.data.eventName.startsWith('ObjectCreated:')) return { objects: [], faults: [] };
  const created = s3Record.safeParse(record);
  if (!created.success) return fault(`An S3 event is incomplete: ${placesOf(created.error)}.`);
  const { eventTime, s3 } = created.data;
  return objectFrom(s3.bucket.name, s3.object, eventTime ?? sentAt);
}

function readEventBridgeEvent(event: unknown, sentAt: string | undefined): Notification {
  const head = eventBridgeHead.safeParse(event);
  if (!head.success) return fault('The body is not an S3 notification.');
  if (head.data['detail-type'] !== 'Object Created') return { objects: [], faults: [] };
  const created = eventBridgeCreated.safeParse(event);
  if (!created.success) return fault(`An S3 event is incomplete: ${placesOf(created.error)}.`);
  const { detail, time } = created.data;
  return objectFrom(detail.bucket.name, detail.object, time ?? sentAt);
}

/** The object as all envelopes name it. */
type EventObject = {
  key: string;
  size?: number | undefined;
  versionId?: string | null | undefined;
  etag?: string | null | undefined;
};

function objectFrom(bucket: string, announced: EventObject, uploadedAt: string | undefined): Notification {
  if (uploadedAt === undefined) return fault('An S3 event has no readable time.');
  const key = objectKey.safeParse(announced.key);
  if (!key.success) return fault('An S3 event names no readable key.');
  if (isConsoleFolder({ key: key.data, sizeBytes: announced.size })) return { objects: [], faults: [] };
  // The version is "null" where versioning is off or suspended; later bytes get the same one.
  const versionId = announced.versionId === 'null' ? undefined : (announced.versionId ?? undefined);
  const etag = announced.etag?.replaceAll('"', '') ?? undefined;
  const bytes = versionId ? { versionId } : etag ? { etag } : undefined;
  if (!bytes) return fault('An S3 event names neither a version nor an ETag.');
  const object: UploadedObject = {
    imageId: imageIdOf(bucket, key.data, bytes),
    bucket,
    key: key.data,
    ...(versionId ? { versionId } : {}),
    ...(etag ? { etag } : {}),
    ...(announced.size === undefined ? {} : { sizeBytes: announced.size }),
    uploadedAt,
  };
  return { objects: [object], faults: [] };
}

function placesOf(error: z.core.$ZodError): string {
  return error.issues.map((issue) => issue.path.map(String).join('.')).join(', ');
}

function fault(sentence: string): Notification {
  return { objects: [], faults: [sentence] };
}
