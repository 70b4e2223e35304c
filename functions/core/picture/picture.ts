import { imageDimensionsFromData } from 'image-dimensions';
import { fileTypeNames, fileTypeOf, signatureBytes, type FileType } from './file-type.ts';
import { sizeOf, sliceOf, type Parts } from './parts.ts';
import type { Reason } from '../record/reason.ts';

/** The largest object that is fetched: more than a camera writes. */
export const maxPictureBytes = 32 * 1024 * 1024;

/**
 * How many bytes are searched for the size in pixels, step by step: a preview can precede it, and each search
 * copies.
 */
const headerReachesBytes = [4 * 1024, 128 * 1024, maxPictureBytes];

/** A picture that can be read: its type by signature, its size in pixels by its header. */
export type Picture = {
  readonly parts: Parts;
  readonly sizeBytes: number;
  readonly fileType: FileType;
  readonly width: number;
  readonly height: number;
};

export type PictureCheck =
  | { readonly kind: 'picture'; readonly picture: Picture }
  | { readonly kind: 'rejected'; readonly reason: Reason };

/** Why a size in bytes is refused, even before the bytes are fetched; undefined where it is accepted. */
export function refuseSize(sizeBytes: number): Reason | undefined {
  if (sizeBytes === 0) return { code: 'EMPTY', message: 'The object is empty.' };
  if (sizeBytes > maxPictureBytes) {
    return {
      code: 'TOO_LARGE',
      message: `The object has ${sizeBytes} bytes; at most ${maxPictureBytes} are read.`,
    };
  }
  return undefined;
}

/** The reason for bytes of another type. */
export const unknownFileType: Reason = {
  code: 'UNKNOWN_FILE_TYPE',
  message: 'The bytes are no picture of a known type.',
};

/** Checks a picture by its bytes, whatever its name. */
export function checkPicture(parts: Parts): PictureCheck {
  const sizeBytes = sizeOf(parts);
  const wrongSize = refuseSize(sizeBytes);
  if (wrongSize) return { kind: 'rejected', reason: wrongSize };

  const fileType = fileTypeOf(sliceOf(parts, 0, signatureBytes));
  if (!fileType) return { kind: 'rejected', reason: unknownFileType };
  const dimensions = dimensionsOf(parts);
  if (dimensions?.type !== fileType || dimensions.width === 0 || dimensions.height === 0) {
    return {
      kind: 'rejected',
      reason: {
        code: 'UNREADABLE_HEADER',
        message: `The ${fileTypeNames[fileType]} is damaged: its header has no size.`,
      },
    };
  }
  return {
    kind: 'picture',
    picture: { parts, sizeBytes, fileType, width: dimensions.width, height: dimensions.height },
  };
}

/** The format and the size in pixels that the header says; undefined where it says none. */
export function dimensionsOf(parts: Parts) {
  for (const reachBytes of headerReachesBytes) {
    const dimensions = imageDimensionsFromData(sliceOf(parts, 0, reachBytes));
    if (dimensions) return dimensions;
  }
  return undefined;
}
