import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import type { Answer } from '../../infra/local/endpoint/endpoint-script.ts';
import type { LocalStack } from '../../infra/local/stack.ts';
import { addExifToJpeg, addExifToPng, makeExif } from '../fakes/exif.ts';
import { makeJpeg, makePng } from '../fakes/pictures.ts';
import { eventually } from '../eventually.ts';
import { quietBucket, s3EventRecord } from '../promises/pipeline.ts';
import { appKey, cameraName, canariesIn, gossip, plate, plateToCorrect, secret } from './canaries.ts';
import {
  always,
  assertNothingLeaked,
  awsReply,
  plates,
  startWatchedPipeline,
  throughWithAllBefore,
  type WatchedPipeline,
} from './watched-pipeline.ts';

/** What is in a bucket is its owner's: it may say anything. */
type Fate = {
  readonly bytes: Uint8Array;
  readonly metadata?: Record<string, string>;
  /** A read of the canary plate if absent. */
  readonly answer?: Answer;
  /** What happens between the upload and its event's delivery. */
  readonly meanwhile?: (stack: LocalStack, key: string, versionId: string) => unknown;
  /** Message and reason of the picture's line in the log. */
  readonly end: string;
};

const gossipBytes = Buffer.from(gossip);
const gossipPng = Buffer.concat([makePng(1920, 1080), gossipBytes]);
const gossipExif = makeExif({
  dateTimeOriginal: `2026:11:22 17:15:04 ${gossip}`,
  offsetTimeOriginal: `+09:00 ${gossip}`,
  subSecTimeOriginal: `25 ${gossip}`,
});
/** Its first directory stands beyond its end. */
const damagedExif = Buffer.from(gossipExif).fill(0xff, 4, 8);
const cameraMetadata = { camera: `=?UTF-8?B?${Buffer.from(cameraName).toString('base64')}?=` };

const answerOfS3 = (code: string, statusCode: number) => (stack: LocalStack, key: string) =>
  stack.s3.fail({
    when: ({ method, rawUrl }) => method === 'GET' && rawUrl.includes(key),
    fault: awsReply(
      `<Error><Code>${code}</Code><Message>${gossip}</Message><Key>${gossip}</Key></Error>`,
      statusCode,
    ),
  });

const fates: Readonly<Record<string, Fate>> = {
  'no picture': { bytes: gossipBytes, end: 'picture rejected UNKNOWN_FILE_TYPE' },
  'no picture, of a camera named after the plate': {
    bytes: Buffer.from(`GIF89a ${gossip}`),
    metadata: cameraMetadata,
    end: 'picture rejected UNKNOWN_FILE_TYPE',
  },
  'a JPEG with a damaged header': {
    bytes: Buffer.concat([makeJpeg(1920, 1080).subarray(0, 3), gossipBytes]),
    end: 'picture rejected UNREADABLE_HEADER',
  },
  'a PNG with a damaged header': {
    bytes: Buffer.concat([makePng(1920, 1080).subarray(0, 8), gossipBytes]),
    end: 'picture rejected UNREADABLE_HEADER',
  },
  'an empty object': { bytes: Buffer.alloc(0), end: 'picture rejected EMPTY' },
  'an object too large': {
    bytes: Buffer.alloc(32 * 1024 * 1024 + 1, gossip),
    end: 'picture rejected TOO_LARGE',
  },
  'an object deleted before it is read': {
    bytes: gossipPng,
    meanwhile: async (stack, key, versionId) => {
      const s3 = new S3Client(stack.s3.directClientConfiguration);
      const object = { Bucket: stack.bucket, Key: key, VersionId: versionId };
      await s3.send(new DeleteObjectCommand(object));
      s3.destroy();
    },
    end: 'picture gone DELETED',
  },
  'an object that S3 calls deleted, with gossip': {
    bytes: gossipPng,
    meanwhile: answerOfS3('NoSuchKey', 404),
    end: 'picture gone DELETED',
  },
  'an object that S3 calls overwritten, with gossip': {
    bytes: gossipPng,
    meanwhile: answerOfS3('PreconditionFailed', 412),
    end: 'picture gone OVERWRITTEN',
  },
  'a picture that another sandbox holds': {
    bytes: gossipPng,
    meanwhile: async (stack, key, versionId) => {
      const dynamodb = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
      const imageId = `s3://${stack.bucket}/${key}?versionId=${versionId}`;
      const claim = { status: 'PENDING', claimOwner: 'another', claimUntil: Date.now() + 3_600_000 };
      const Item = marshall({ imageId, key, ...claim });
      await dynamodb.send(new PutItemCommand({ TableName: stack.tableName, Item }));
      dynamodb.destroy();
    },
    end: 'picture wait CLAIMED',
  },
  'a picture whose claim is lost while it is read': {
    bytes: Buffer.concat([gossipPng, Buffer.from('lost')]),
    meanwhile: ({ dynamodb }, key) =>
      dynamodb.fail({
        when: ({ body }) => (body?.includes(key) ?? false) && (body?.includes('"READ"') ?? false),
        times: always,
        fault: awsReply(JSON.stringify({ __type: 'ConditionalCheckFailedException', message: gossip })),
      }),
    end: 'picture wait CLAIM_LOST',
  },
  'a read that fits no form of a plate': { bytes: gossipPng, end: 'picture read' },
  'a read with a letter of no plate, and a digit to correct': {
    bytes: Buffer.concat([gossipPng, Buffer.from('to correct')]),
    answer: plates(plateToCorrect),
    end: 'picture read',
  },
  'a picture of a camera named after the plate': {
    bytes: gossipPng,
    metadata: cameraMetadata,
    end: 'picture read',
  },
  'a moment of gossip in the metadata': {
    bytes: gossipPng,
    metadata: { 'captured-at': `2026-11-22T08:15:00Z ${secret}`, [appKey]: secret },
    end: 'picture read',
  },
  'a PNG with gossip in its EXIF': { bytes: addExifToPng(gossipPng, gossipExif), end: 'picture read' },
  'a JPEG with gossip in its EXIF': {
    bytes: addExifToJpeg(makeJpeg(1920, 1080), gossipExif),
    end: 'picture read',
  },
  'a JPEG with gossip in a damaged EXIF': {
    bytes: addExifToJpeg(makeJpeg(1920, 1080), damagedExif),
    end: 'picture read',
  },
};

const s3Event = (...records: unknown[]) => JSON.stringify({ Records: records });

/** Bodies that are no notification of S3. */
const bodiesToPark: Readonly<Record<string, string>> = {
  'no JSON': gossip,
  'torn JSON': `{"Records":[{"eventSource":"${gossip}`,
  'JSON torn at a line like a stack’s': `{"Records":[\n    at ${plate} ${secret}`,
  'names of gossip': JSON.stringify({ [secret]: plate, Records: { [appKey]: secret } }),
  'an event of another service': s3Event({ eventSource: secret, eventName: appKey, [plate]: plate }),
  'an event of S3 with gossip for each value': s3Event({
    ...s3EventRecord(secret, plate, { size: secret, eTag: plate, versionId: gossip, [secret]: appKey }),
    eventTime: secret,
  }),
  'a key of gossip that cannot be decoded': s3Event(s3EventRecord(quietBucket, `${gossip}%E0%A4%A`)),
  'a key of gossip that is too long': s3Event(
    s3EventRecord(quietBucket, encodeURIComponent(gossip.repeat(20))),
  ),
  'an event of EventBridge': JSON.stringify({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    time: secret,
    detail: { bucket: { name: gossip }, object: { key: plate, etag: plate, [secret]: appKey } },
  }),
  'gossip wrapped by SNS': JSON.stringify({ Type: 'Notification', TopicArn: secret, Message: gossip }),
};

const pictureLine = z.object({
  message: z.string(),
  imageId: z.string(),
  reason: z.optional(z.object({ code: z.string() })),
});

describe('whatever becomes of an object or a message that holds the canaries, nothing of them is written elsewhere:', () => {
  const keyOf = (index: number) => `fate-${index}.png`;
  let watched: WatchedPipeline;
  beforeAll(async () => {
    watched = await startWatchedPipeline();
    const { pipeline, endpoint } = watched;
    for (const [index, { bytes, metadata, answer, meanwhile }] of Object.values(fates).entries()) {
      if (answer) {
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        endpoint.script({ when: (call) => call.sha256 === sha256, answer });
      }
      const { versionId } = await pipeline.upload(keyOf(index), bytes, metadata);
      await meanwhile?.(pipeline.stack, keyOf(index), versionId);
    }
    endpoint.script({ answer: plates(plate) });
    for (const body of Object.values(bodiesToPark)) await pipeline.send(body);
    pipeline.stack.startPolling();
  });
  afterAll(() => watched.stop());

  /** Waits until the log tells of this end of the picture. */
  async function ended(key: string, end: string): Promise<void> {
    await eventually(`${key}: ${end}`, () =>
      watched.pipeline.log.some((line) => {
        const { data } = pictureLine.safeParse(JSON.parse(line));
        if (!data?.imageId.includes(`/${key}?`)) return false;
        return [data.message, data.reason?.code].join(' ').trim() === end;
      })
        ? true
        : undefined,
    );
  }

  for (const [index, [what, { end }]] of Object.entries(fates).entries()) {
    test(`${what}: ${end}`, () => ended(keyOf(index), end));
  }

  test('a second event of a picture that is read: picture duplicate', async () => {
    const { pipeline } = watched;
    const record = await pipeline.uploadQuietly('twice.png', gossipPng);
    const event = s3Event({ ...record, userIdentity: { principalId: gossip }, [secret]: plate });
    await pipeline.send(event);
    await ended('twice.png', 'picture read');
    await pipeline.send(event);
    await ended('twice.png', 'picture duplicate');
  });

  test('bodies that are no notification go to the dead-letter queue as they came, with a fault that quotes nothing', async () => {
    const parked = await watched.pipeline.deadLetters(Object.keys(bodiesToPark).length);
    assert.deepEqual(parked.map(({ Body: body }) => body).toSorted(), Object.values(bodiesToPark).toSorted());
    for (const { MessageAttributes: attributes } of parked) {
      assert(attributes?.['fault']?.StringValue);
      assert.deepEqual(canariesIn(JSON.stringify(attributes)), []);
    }
  });

  test('after all of them, nothing stands where it does not belong', async () => {
    await throughWithAllBefore(watched.pipeline);
    const pictures = Object.values(fates).map(({ bytes }) => bytes);
    assertNothingLeaked(watched, await watched.pipeline.records(), 0, pictures);
  });

  test('what is wrong with a suspect read is said in the table', async () => {
    const records = await watched.pipeline.records();
    const faultsOf = (read: string) => records.find((record) => record['plate'] === read)?.['plateFaults'];
    for (const read of [plate, plateToCorrect])
      assert.deepEqual(canariesIn(JSON.stringify(faultsOf(read))), ['plate']);
    assert(records.some(({ plateCorrections }) => plateCorrections !== undefined));
  });

  test('the name of a camera is in both tables', async () => {
    const { pipeline } = watched;
    const records = await pipeline.records();
    assert.deepEqual(
      records
        .filter(({ camera }) => camera === cameraName)
        .map(({ status }) => status)
        .toSorted(),
      ['READ', 'REJECTED'],
    );
    const dynamodb = new DynamoDBClient(pipeline.stack.dynamodb.directClientConfiguration);
    const { Items: items = [] } = await dynamodb.send(
      new ScanCommand({ TableName: pipeline.stack.usageTableName }),
    );
    dynamodb.destroy();
    const usage = items.map((item) => unmarshall(item));
    assert(usage.some(({ camera }) => camera === cameraName));
    assert.deepEqual(canariesIn(JSON.stringify(usage).replaceAll(cameraName, '')), []);
  });
});
