import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import * as z from 'zod';
import { imageIdOf } from '../../../functions/core/message/uploaded-object.ts';
import { fileTypeOf } from '../../../functions/core/picture/file-type.ts';
import { maxPictureBytes } from '../../../functions/core/picture/picture.ts';
import { readRecord } from '../../aws/stored-record.ts';
import { CommandError } from '../../terminal/command-error.ts';
import type { ConsoleSource } from '../console-source.ts';
import type { Fault } from '../error-answer.ts';
import { createUploadFeed, type UploadEvent } from '../upload-feed.ts';

const lookIntervalMs = 500;
const heartbeatMs = 5000;

const uploadQuery = z.object({
  /** The file's name, which comes from a person's machine and may be anything. */
  name: z.string().min(1).max(300),
  camera: z.string().trim().min(1).max(100).default('console'),
});

/**
 * Takes a photo as the body of a request, puts it into the bucket as a camera does, and says by server-sent
 * events how it is read.
 */
export function createUploadRoutes(source: ConsoleSource, faultOf: (error: unknown) => Fault): Hono {
  const { dynamodb, s3, readingsTable, bucket } = source;
  const feed = createUploadFeed({
    readRecord: (imageId) => readRecord(dynamodb, readingsTable, imageId),
    wait: () => delay(lookIntervalMs, undefined, { ref: false }),
    faultOf,
  });

  async function put(bytes: Uint8Array, { name, camera }: z.infer<typeof uploadQuery>): Promise<string> {
    if (bucket === undefined) throw new CommandError('NO_BUCKET', 'The console knows no bucket.');
    const key = keyOf(name, new Date());
    const { VersionId: versionId, ETag: etag = '' } = await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: bytes,
        Metadata: { camera: `=?UTF-8?B?${Buffer.from(camera).toString('base64')}?=` },
      }),
    );
    return imageIdOf(bucket, key, versionId ? { versionId } : { etag: etag.replaceAll('"', '') });
  }

  const routes = new Hono();
  const limit = bodyLimit({
    maxSize: maxPictureBytes,
    onError: () => {
      throw new CommandError('TOO_LARGE', `A picture has at most ${maxPictureBytes} bytes.`);
    },
  });
  routes.post('/', limit, async (context) => {
    const query = uploadQuery.safeParse(context.req.query());
    if (!query.success) throw new CommandError('USAGE', 'The name of the file or of the camera is too long.');
    const bytes = new Uint8Array(await context.req.arrayBuffer());
    if (fileTypeOf(bytes) === undefined) {
      throw new CommandError('NO_PICTURE_FILE', 'The file is no picture that Plateline reads.');
    }
    const imageId = await put(bytes, query.data);
    feed.add({ imageId, name: query.data.name });
    return context.json({ imageId });
  });
  routes.get('/', (context) =>
    streamSSE(context, async (stream) => {
      const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
      stream.onAbort(() => {
        resolve(undefined);
      });
      const stopListening = feed.listen((event: UploadEvent) => {
        void stream.writeSSE({ event: event.kind, data: JSON.stringify(event) });
      });
      const heartbeat = setInterval(() => {
        void stream.writeSSE({ event: 'heartbeat', data: '' });
      }, heartbeatMs);
      await aborted;
      clearInterval(heartbeat);
      stopListening();
    }),
  );
  return routes;
}

/** A key of its own for each upload, which ends in what is left of the file's name. */
function keyOf(name: string, now: Date): string {
  const day = now.toISOString().slice(0, 10);
  const kept = name.toWellFormed().replace(/[\p{C}/\\]+/gu, '-');
  const end = Array.from(kept).slice(-100).join('');
  return `console/${day}/${randomBytes(6).toString('hex')}-${end}`;
}
