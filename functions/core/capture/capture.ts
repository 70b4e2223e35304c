import { decodeEncodedWords } from './encoded-word.ts';
import type { UploadedObject } from '../message/uploaded-object.ts';
import { capturedAtSources, type Capture } from '../record/record.ts';
import type { KeyTemplate } from './key-template.ts';
import { utcMoment } from './utc-moment.ts';

/** Whoever may upload chooses the name, and each name is in two indexes and the usage counters. */
const maxCameraBytes = 256;

/** The camera of an object at the top of its bucket, where nothing else names one. */
const topFolder = '/';

/**
 * Camera and time by the best source: object metadata (`x-amz-meta-camera`, and `x-amz-meta-captured-at` in
 * ISO 8601 with a zone), the key template, the EXIF (time only), and last the key's folder and the time of
 * the upload. An unreadable source counts as absent; so do metadata and EXIF of an object that is not fetched
 * yet.
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
