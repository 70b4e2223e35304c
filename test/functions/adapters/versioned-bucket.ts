import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { TestContext } from 'vitest';
import { startServer } from './start-server.ts';

export const bucket = 'pictures';

/** What S3 sends back for an object's bytes. */
type StoredObject = {
  readonly bytes: Buffer;
  readonly metadata?: Readonly<Record<string, string>>;
};

/** S3's GetObject on the one bucket `pictures`, with versions, as far as reading goes. */
type VersionedBucket = {
  readonly url: string;
  /** Paths with their queries as they came over the wire, and the `If-Match` of each. */
  readonly requests: readonly { readonly path: string; readonly ifMatch: string | undefined }[];
  /** Stores bytes as the key's newest version. */
  put(key: string, object: StoredObject): { readonly versionId: string; readonly etag: string };
  /** Removes one version permanently, as `DeleteObject` with a version id does. */
  deleteVersion(key: string, versionId: string): void;
};

/** Starts an empty bucket that ends with its test. */
export async function startVersionedBucket(t: TestContext): Promise<VersionedBucket> {
  type Version = StoredObject & { key: string; versionId: string; etag: string };
  const versions: Version[] = [];
  const requests: { path: string; ifMatch: string | undefined }[] = [];
  let versionCount = 0;

  const { url } = await startServer(t, (request, response) => {
    const path = request.url ?? '';
    const ifMatch = request.headers['if-match'];
    requests.push({ path, ifMatch });
    const [pathname = '', query] = path.split('?');
    const key = decodeURIComponent(pathname.slice(`/${bucket}/`.length));
    const versionId = new URLSearchParams(query).get('versionId');
    const ofKey = versions.filter((version) => version.key === key);
    if (versionId !== null) {
      const named = ofKey.find((version) => version.versionId === versionId);
      if (named) sendObject(response, named);
      else sendS3Error(response, 404, 'NoSuchVersion');
      return;
    }
    const newest = ofKey.at(-1);
    if (!newest) sendS3Error(response, 404, 'NoSuchKey');
    else if (ifMatch !== undefined && ifMatch !== `"${newest.etag}"`)
      sendS3Error(response, 412, 'PreconditionFailed');
    else sendObject(response, newest);
  });

  return {
    url,
    requests,
    put(key, object) {
      versionCount += 1;
      const stored = {
        versionId: `version.${versionCount}`,
        etag: createHash('md5').update(object.bytes).digest('hex'),
      };
      versions.push({ ...object, ...stored, key });
      return stored;
    },
    deleteVersion(key, versionId) {
      const index = versions.findIndex((version) => version.key === key && version.versionId === versionId);
      if (index >= 0) versions.splice(index, 1);
    },
  };
}

/** Answers with an error as S3 writes it. */
export function sendS3Error(response: ServerResponse, status: number, code: string, message = code): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  );
}

function sendObject(response: ServerResponse, { bytes, metadata = {} }: StoredObject): void {
  const headers = Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value] as const);
  response.writeHead(200, { 'content-length': bytes.length, ...Object.fromEntries(headers) });
  response.end(bytes);
}
