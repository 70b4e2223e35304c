import { decodeEncodedWords } from './encoded-word.ts';
import type { Image } from './image.ts';
import type { KeyTemplate } from './key-template.ts';
import { utcMoment } from './utc-moment.ts';

/** Which camera took a picture, and when. */
export type Capture = {
  /** Absent for an object at the top of its bucket that nothing else names a camera for. */
  readonly camera?: string;
  /** ISO 8601 in UTC with milliseconds. */
  readonly capturedAt: string;
};

/** A partition key of an index takes 2,048 bytes; nobody's camera needs them. */
const maxCameraBytes = 1024;

/**
 * Camera and time by the best source there is: object metadata (`x-amz-meta-camera`, `x-amz-meta-captured-at`, the latter ISO 8601 with
 * a zone), then the key template, then the key's folder and the time of the upload. A source that cannot be read counts as absent.
 */
export function captureOf(
  image: Image,
  keyTemplate: KeyTemplate | undefined,
  metadata: Readonly<Partial<Record<string, string>>>,
): Capture {
  const fromKey = keyTemplate?.(image.key) ?? {};
  const namedTime = utcMoment.safeParse(metadata['captured-at']).data;
  const folder = image.key.slice(0, Math.max(0, image.key.lastIndexOf('/')));
  const named = decodeEncodedWords(metadata['camera'] ?? '').trim();
  const camera = [named, fromKey.camera, folder].find(
    (name) => name && Buffer.byteLength(name) <= maxCameraBytes,
  );
  return {
    ...(camera ? { camera } : {}),
    capturedAt: namedTime ?? fromKey.capturedAt ?? image.uploadedAt,
  };
}
