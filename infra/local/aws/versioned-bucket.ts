import { createHash, randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { createVersionHistory, type ObjectVersion } from './version-history.ts';

/** Sends a request to an S3 that has no versions. */
export type AskS3 = (request: {
  readonly method: string;
  readonly url: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly payload?: Buffer;
}) => Promise<S3Reply>;

/** The reply of S3 to a request. */
export interface S3Reply {
  readonly statusCode: number;
  readonly headers: OutgoingHttpHeaders;
  readonly rawPayload: string | Buffer;
}

/** Whether writes make new versions, or all replace the version `null`. */
export type VersioningStatus = 'Enabled' | 'Suspended';

/** Holds the bytes of all versions of all buckets. AWS has no such bucket. */
export const bytesBucket = 'bytes-of-versions';

/** That of AWS's version ids. */
const versionIdLength = 32;

export type VersionedBucket = ReturnType<typeof createVersionedBucket>;

/**
 * A bucket with versions above one without. The current objects are in the bucket below, which lists them;
 * the bytes of all versions are in `bytesBucket`.
 */
export function createVersionedBucket(name: string, askS3: AskS3) {
  const history = createVersionHistory();
  let status: VersioningStatus = 'Enabled';
  const writeCounts = new Map<string, number>();
  /** The same in every run, so that the examples in the documentation stay as they are. */
  const nextVersionId = (key: string): string => {
    if (status === 'Suspended') return 'null';
    const count = (writeCounts.get(key) ?? 0) + 1;
    writeCounts.set(key, count);
    const digest = createHash('sha256').update(`${name}/${key}/${count}`).digest('base64url');
    return digest.slice(0, versionIdLength);
  };
  const urlOf = (key: string) => `/${name}/${encodeURIComponent(key)}`;
  const inTurn = createTurns();

  const add = async (version: ObjectVersion): Promise<void> => {
    await forgetBytes(history.add(version));
  };
  const forgetBytes = async (removed: ObjectVersion | undefined): Promise<void> => {
    if (removed?.object === undefined) return;
    await askS3({ method: 'DELETE', url: `/${bytesBucket}/${removed.object.storedAs}` });
  };
  const copy = (source: string, url: string): Promise<S3Reply> =>
    askS3({ method: 'PUT', url, headers: { 'x-amz-copy-source': encodeURIComponent(source) } });

  return {
    history,
    get status(): VersioningStatus {
      return status;
    },
    setStatus(newStatus: VersioningStatus): void {
      status = newStatus;
    },

    /** Passes the write of an object on, and keeps what it wrote as the newest version. */
    write(key: string, request: Parameters<AskS3>[0]): Promise<S3Reply> {
      return inTurn(async () => {
        const reply = await askS3(request);
        if (reply.statusCode >= 400) return reply;
        const { headers } = await askS3({ method: 'HEAD', url: urlOf(key) });
        const storedAs = randomUUID();
        await copy(`${name}/${key}`, `/${bytesBucket}/${storedAs}`);
        const versionId = nextVersionId(key);
        await add({
          key,
          versionId,
          lastModified: new Date(),
          object: { storedAs, etag: String(headers.etag), sizeBytes: Number(headers['content-length']) },
        });
        return { ...reply, headers: { ...reply.headers, 'x-amz-version-id': versionId } };
      });
    },

    /** Puts a delete marker over the versions of a key, and returns it. */
    mark(key: string): Promise<ObjectVersion> {
      return inTurn(async () => {
        const marker = { key, versionId: nextVersionId(key), lastModified: new Date() };
        await add(marker);
        await askS3({ method: 'DELETE', url: urlOf(key) });
        return marker;
      });
    },

    /** Removes one version for ever, or a delete marker; the version before it is then current. */
    remove(key: string, versionId: string): Promise<ObjectVersion | undefined> {
      return inTurn(async () => {
        const removed = history.remove(key, versionId);
        await forgetBytes(removed);
        const current = history.find(key)?.object;
        if (current === undefined) await askS3({ method: 'DELETE', url: urlOf(key) });
        else await copy(`${bytesBucket}/${current.storedAs}`, urlOf(key));
        return removed;
      });
    },
  };
}

/** Runs one task after another, so that the newest version of a key is also its current object. */
function createTurns() {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(task: () => Promise<Result>): Promise<Result> => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
}
