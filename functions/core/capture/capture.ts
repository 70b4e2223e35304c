import { decodeEncodedWords } from './encoded-word.ts';
import type { UploadedObject } from '../message/uploaded-object.ts';
import { capturedAtSources, type Capture } from '../record/record.ts';
import type { KeyTemplate } from './key-template.ts';
import { utcMoment } from './utc-moment.ts';

/** The sort key of a table takes 1,024 bytes. */
const maxCameraBytes = 1024;

/** The camera of an object at the top of its bucket that nothing else names a camera for. */
const topFolder = '/';

/**
 * Camera and time by the best source there is: object metadata (`x-amz-meta-camera`, `x-amz-meta-captured-at`, the latter ISO 8601 with
 * a zone), then the key template, then the EXIF for the time, then the key's folder and the time of the upload. A source that cannot be
 * read counts as absent, and so do metadata and EXIF of an object that was not read yet.
 */
export function captureOf(
  object: UploadedObject,
  keyTemplate: KeyTemplate | undefined,
  metadata: Readonly<Partial<Record<string, string>>> = {},
  exifMoment?: string,
): Capture {
  const fromKey = keyTemplate?.(object.key) ?? {};
  const folder = object.key.slice(0, Math.max(0, object.key.lastIndexOf('/')));
  const named = decodeEncodedWords(metadata['camera'] ?? '').trim();
  const camera = [named, fromKey.camera, folder].find(
    (name) => name && Buffer.byteLength(name) <= maxCameraBytes,
  );
  const moments = {
    metadata: utcMoment.safeParse(metadata['captured-at']).data,
    key: fromKey.capturedAt,
    exif: exifMoment,
    upload: object.uploadedAt,
  };
  const capturedAtSource = capturedAtSources.find((source) => moments[source] !== undefined) ?? 'upload';
  return {
    camera: camera ?? topFolder,
    capturedAt: moments[capturedAtSource] ?? object.uploadedAt,
    capturedAtSource,
  };
}
