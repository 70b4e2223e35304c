import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { buildApp } from 'fauxqs';
import * as z from 'zod';
import { readObjectWrite } from './object-write.ts';
import type { StoredObject } from './version-history.ts';
import {
  bytesBucket,
  createVersionedBucket,
  type AskS3,
  type S3Reply,
  type VersionedBucket,
  type VersioningStatus,
} from './versioned-bucket.ts';
import {
  deletedXml,
  errorXml,
  listVersionsXml,
  readDeletions,
  readVersioningStatus,
  versioningXml,
  type Deletion,
} from './versions-xml.ts';

/** Marks the requests that meet fauxqs as it is. */
const insideHeader = 'x-inside';

/** Headers that belong to a connection, not to a request or its reply. */
const headersOfConnection = ['host', 'connection', 'keep-alive', 'transfer-encoding', 'expect'];

const routeParameters = z.object({ bucket: z.string(), '*': z.string().default('') });

/** A request for a bucket or one of its objects. */
interface BucketRequest {
  readonly method: string;
  readonly url: string;
  readonly bucketName: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer | undefined;
}

/** What happens with a request of a bucket that has, or may get, versions. */
type Decision =
  | { readonly kind: 'pass' }
  | { readonly kind: 'reply'; readonly reply: S3Reply }
  /** fauxqs replies with the bytes of this version. */
  | { readonly kind: 'read'; readonly versionId: string; readonly object: StoredObject };

/**
 * Adds versions to a fauxqs that does not listen yet: to buckets for which PutBucketVersioning turns them on
 * while they are empty.
 */
export function addObjectVersions(app: ReturnType<typeof buildApp>): void {
  const inside = randomUUID();
  const askS3: AskS3 = ({ headers, payload, ...request }) =>
    app.inject({
      ...request,
      headers: { ...headers, [insideHeader]: inside },
      ...(payload !== undefined && { payload }),
    });
  const decide = createDecide(askS3);
  const etags = new WeakMap<object, string>();

  app.addHook('preHandler', async (request, reply) => {
    const parameters = routeParameters.safeParse(request.params);
    if (request.headers[insideHeader] === inside || !parameters.success) return;
    const { bucket: bucketName, '*': key } = parameters.data;
    const { method, url, headers } = request;
    const query = new URLSearchParams(url.split('?', 2)[1]);
    const body = request.body instanceof Buffer ? request.body : undefined;
    const decision = await decide({ method, url, bucketName, key, query, headers, body });
    if (decision.kind === 'reply') {
      const { statusCode, headers: replyHeaders, rawPayload } = decision.reply;
      await reply.code(statusCode).headers(replyHeaders).send(rawPayload);
    }
    if (decision.kind === 'read') {
      const { versionId, object } = decision;
      request.params = { bucket: bytesBucket, '*': object.storedAs };
      if (headers['if-match'] === object.etag) delete headers['if-match'];
      void reply.header('x-amz-version-id', versionId);
      etags.set(request, object.etag);
    }
  });
  // fauxqs gives the copy of a multipart upload the ETag of a single part.
  app.addHook('onSend', (request, reply, payload, done) => {
    const etag = etags.get(request);
    if (etag !== undefined && reply.statusCode < 400) void reply.header('etag', etag);
    done(null, payload);
  });
}

function createDecide(askS3: AskS3): (request: BucketRequest) => Promise<Decision> {
  const buckets = new Map<string, VersionedBucket>();

  const setVersioning = async (name: string, status: VersioningStatus): Promise<Decision> => {
    const known = buckets.get(name);
    if (known === undefined) {
      const { rawPayload } = await askS3({ method: 'GET', url: `/${name}?list-type=2` });
      if (String(rawPayload).includes('<Contents>')) {
        return refused(409, 'InvalidBucketState', 'The local S3 gives versions only to an empty bucket.');
      }
      await askS3({ method: 'PUT', url: `/${bytesBucket}` });
      buckets.set(name, createVersionedBucket(name, askS3));
    }
    buckets.get(name)?.setStatus(status);
    return replied(200);
  };

  return async (request) => {
    const { method, bucketName, key, query, body } = request;
    const bucket = buckets.get(bucketName);
    if (key === '' && query.has('versioning')) {
      if (method === 'GET') return replied(200, versioningXml(bucket?.status));
      const status = readVersioningStatus(String(body));
      if (status !== undefined) return await setVersioning(bucketName, status);
      return refused(400, 'MalformedXML', 'The status is neither Enabled nor Suspended.');
    }
    if (bucket === undefined) return { kind: 'pass' };
    if (key !== '' && (method === 'GET' || method === 'HEAD')) return readVersion(bucket, request);
    if (key !== '' && method === 'DELETE' && !query.has('uploadId')) {
      const deletion = { key, versionId: query.get('versionId') ?? undefined };
      return replied(204, '', await deleteVersion(bucket, deletion));
    }
    if (key === '' && method === 'GET' && query.has('versions')) {
      return replied(200, listVersionsXml(bucketName, bucket.history, query));
    }
    if (key === '' && method === 'POST' && query.has('delete')) {
      return await deleteVersions(bucket, String(body));
    }
    return await writeVersion(bucket, request);
  };
}

function readVersion({ history }: VersionedBucket, { method, key, query }: BucketRequest): Decision {
  const versionId = query.get('versionId') ?? undefined;
  const version = history.find(key, versionId);
  if (version?.object !== undefined) {
    return { kind: 'read', versionId: version.versionId, object: version.object };
  }
  const isMarker = version !== undefined;
  const headers = isMarker ? { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId } : {};
  const failure =
    versionId === undefined
      ? refused(404, 'NoSuchKey', 'The specified key does not exist.', headers)
      : isMarker
        ? refused(405, 'MethodNotAllowed', 'The version is a delete marker.', headers)
        : refused(404, 'NoSuchVersion', 'The specified version does not exist.');
  return method === 'HEAD' ? { ...failure, reply: { ...failure.reply, rawPayload: '' } } : failure;
}

async function deleteVersion(
  bucket: VersionedBucket,
  { key, versionId }: Deletion,
): Promise<Record<string, string>> {
  const deleted = versionId === undefined ? await bucket.mark(key) : await bucket.remove(key, versionId);
  return {
    'x-amz-version-id': versionId ?? deleted?.versionId ?? '',
    ...(deleted !== undefined && deleted.object === undefined && { 'x-amz-delete-marker': 'true' }),
  };
}

async function deleteVersions(bucket: VersionedBucket, document: string): Promise<Decision> {
  const { deletions, isQuiet } = readDeletions(document);
  const done = [];
  for (const deletion of deletions) {
    const headers = await deleteVersion(bucket, deletion);
    done.push({
      ...deletion,
      markerVersionId: headers['x-amz-delete-marker'] && headers['x-amz-version-id'],
    });
  }
  return replied(200, deletedXml(isQuiet ? [] : done));
}

async function writeVersion(
  bucket: VersionedBucket,
  { method, url, bucketName, key, query, headers, body }: BucketRequest,
): Promise<Decision> {
  const write = await readObjectWrite({ method, rawUrl: url, headers, body });
  if (write === undefined) return { kind: 'pass' };
  const request = {
    method,
    // All of the key is encoded, because `inject` would leave out folders such as `..`.
    url: `/${bucketName}/${encodeURIComponent(key)}?${query.toString()}`,
    headers: withoutConnection(headers),
    ...(body !== undefined && { payload: body }),
  };
  const reply = await bucket.write(write.key, request);
  return { kind: 'reply', reply: { ...reply, headers: withoutConnection(reply.headers) } };
}

function withoutConnection(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !headersOfConnection.includes(name)));
}

function refused(statusCode: number, code: string, message: string, headers: S3Reply['headers'] = {}) {
  return replied(statusCode, errorXml(code, message), headers);
}

function replied(statusCode: number, document = '', headers: S3Reply['headers'] = {}) {
  const contentType = document === '' ? {} : { 'content-type': 'application/xml' };
  const reply = { statusCode, headers: { ...contentType, ...headers }, rawPayload: document };
  return { kind: 'reply', reply } as const;
}
