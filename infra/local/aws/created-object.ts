import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { ProxiedReply, ProxiedRequest } from './fault-proxy.ts';
import { readObjectWrite, type ObjectWrite } from './object-write.ts';

/** An object that was just created, with what events report of it. */
export interface CreatedObject extends ObjectWrite {
  readonly sizeBytes: number;
  /** Without the quotes of the HTTP header. */
  readonly etag: string;
  /** Absent in a bucket without versions. */
  readonly versionId: string | undefined;
  readonly createdAt: Date;
  /** Hexadecimal digits, in the order of the events of a key. */
  readonly sequencer: string;
}

interface CreatedObjectOptions {
  /** Past the proxy. */
  s3: S3Client;
  /** When an object is said to be created. */
  uploadTimeOf: (key: string) => Date;
}

const versionHeader = z.string().optional();

/** Finds the object that a request created; undefined for other requests and for those that S3 refused. */
export function createReadCreatedObject({ s3, uploadTimeOf }: CreatedObjectOptions) {
  let lastSequence = Date.now() * 1000;

  return async (request: ProxiedRequest, reply: ProxiedReply): Promise<CreatedObject | undefined> => {
    if (reply.statusCode >= 400) return undefined;
    const write = await readObjectWrite(request);
    if (write === undefined) return undefined;
    const createdAt = uploadTimeOf(write.key);
    // Only the reply names the version: the key may already have a newer one.
    const versionId = versionHeader.parse(reply.headers['x-amz-version-id']);
    const object = await s3.send(
      new HeadObjectCommand({ Bucket: write.bucket, Key: write.key, VersionId: versionId }),
    );
    lastSequence += 1;
    return {
      ...write,
      sizeBytes: object.ContentLength ?? 0,
      etag: (object.ETag ?? '').replaceAll('"', ''),
      versionId,
      createdAt,
      sequencer: lastSequence.toString(16).toUpperCase().padStart(18, '0'),
    };
  };
}
