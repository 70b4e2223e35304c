import * as z from 'zod/mini';
import type { Image } from './image.ts';
import type { KeyTemplate } from './key-template.ts';

/** Which camera took a picture, and when. */
export type Capture = {
  /** Absent for an object at the top of its bucket that nothing else names a camera for. */
  readonly camera?: string;
  /** ISO 8601 in UTC with milliseconds. */
  readonly capturedAt: string;
};

const momentWithZone = z.iso.datetime({ offset: true });

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
  const metadataTime = momentWithZone.safeParse(metadata['captured-at']);
  const folder = image.key.slice(0, Math.max(0, image.key.lastIndexOf('/')));
  const camera = [metadata['camera']?.trim(), fromKey.camera, folder].find((name) => name);
  return {
    ...(camera ? { camera } : {}),
    capturedAt: metadataTime.success
      ? new Date(metadataTime.data).toISOString()
      : (fromKey.capturedAt ?? image.uploadedAt),
  };
}
