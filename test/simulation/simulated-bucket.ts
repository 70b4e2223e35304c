import type { AwsResponse, AwsService } from './aws-service.ts';
import { bytesOf, type Upload } from './upload.ts';
import type { World } from './world.ts';

export type SimulatedBucket = ReturnType<typeof createSimulatedBucket>;

/** S3 with one bucket, with versions or without. */
export function createSimulatedBucket({ note }: Pick<World, 'note'>) {
  /** All versions whose bytes are there, by key; the newest last. */
  const objects = new Map<string, readonly Upload[]>();

  const service: AwsService = {
    operationOf: () => ({ name: 'GetObject' }),
    error: xmlError,
    answer(request) {
      const [, bucket, ...path] = request.path.split('/');
      if (request.method !== 'GET' || bucket === undefined) {
        throw new Error(`The simulated S3 does not know ${request.method} ${request.path}.`);
      }
      const versions = objects.get(path.map(decodeURIComponent).join('/')) ?? [];
      const versionId = request.query['versionId'];
      const object =
        versionId === undefined
          ? versions.at(-1)
          : versions.find((version) => version.versionId === versionId);
      if (!object) return xmlError(versionId === undefined ? 'NoSuchKey' : 'NoSuchVersion', 404);
      const wanted = request.headers['if-match'];
      if (wanted !== undefined && wanted !== `"${object.etag}"`) return xmlError('PreconditionFailed', 412);
      return found(object);
    },
  };

  return {
    service,

    /** In a bucket without versions new bytes replace the old ones. */
    put(upload: Upload): void {
      const versions = objects.get(upload.key) ?? [];
      objects.set(upload.key, upload.versionId === undefined ? [upload] : [...versions, upload]);
      note({ kind: 'uploaded', upload });
      if (upload.versionId === undefined)
        for (const { imageId } of versions) note({ kind: 'removed', imageId });
    },

    /** Permanently: the version, or the object of a bucket without versions if it is still the same. */
    remove({ key, imageId }: Upload): void {
      const versions = objects.get(key) ?? [];
      if (!versions.some((version) => version.imageId === imageId)) return;
      objects.set(
        key,
        versions.filter((version) => version.imageId !== imageId),
      );
      note({ kind: 'removed', imageId });
    },
  };
}

function found(object: Upload): AwsResponse {
  const metadata = Object.entries(object.metadata).map(
    ([name, value]) => [`x-amz-meta-${name}`, value] as const,
  );
  return {
    statusCode: 200,
    headers: { 'content-length': String(object.sizeBytes), ...Object.fromEntries(metadata) },
    text: '',
    bytes: object.content === 'too-large' ? new Uint8Array() : bytesOf(object),
  };
}

function xmlError(code: string, statusCode: number): AwsResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/xml' },
    text: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>Simulated.</Message></Error>`,
  };
}
