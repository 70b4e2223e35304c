import { imageDimensionsFromData } from 'image-dimensions';
import type { Reason } from './reason.ts';

/** The vendor's limit for a request (API guide for Vehicle Plate OCR): 5 MB, read as 5 × 1,024 × 1,024 bytes. */
export const maxPictureBytes = 5 * 1024 * 1024;

/** A header is within these unless much stands before it; what is looked at is copied. */
const usualHeaderBytes = 64 * 1024;

/** A picture that may be sent: its format by signature, its size in pixels by its header. */
export type Picture = {
  readonly bytes: Uint8Array;
  readonly fileType: 'jpeg' | 'png';
  readonly width: number;
  readonly height: number;
};

export type PictureCheck =
  | { readonly kind: 'picture'; readonly picture: Picture }
  | { readonly kind: 'rejected'; readonly reason: Reason };

/** Refuses by size alone, also before the bytes are fetched; undefined where the size is no obstacle. */
export function refuseSize(sizeBytes: number): Reason | undefined {
  if (sizeBytes === 0) return { code: 'EMPTY', message: 'The object is empty.' };
  if (sizeBytes > maxPictureBytes) {
    return {
      code: 'TOO_LARGE',
      message: `The object has ${sizeBytes} bytes; the endpoint takes ${maxPictureBytes}.`,
    };
  }
  return undefined;
}

/** Judges a picture by its bytes, whatever its name says. */
export function checkPicture(bytes: Uint8Array): PictureCheck {
  const wrongSize = refuseSize(bytes.length);
  if (wrongSize) return { kind: 'rejected', reason: wrongSize };

  const fileType = fileTypeOf(bytes);
  if (!fileType) {
    return {
      kind: 'rejected',
      reason: { code: 'NOT_JPEG_OR_PNG', message: 'The bytes are neither a JPEG nor a PNG.' },
    };
  }
  const dimensions =
    imageDimensionsFromData(bytes.subarray(0, usualHeaderBytes)) ?? imageDimensionsFromData(bytes);
  if (dimensions?.type !== fileType || dimensions.width === 0 || dimensions.height === 0) {
    return {
      kind: 'rejected',
      reason: {
        code: 'UNREADABLE_HEADER',
        message: `The ${fileType.toUpperCase()} is damaged: its header has no size.`,
      },
    };
  }
  return {
    kind: 'picture',
    picture: { bytes, fileType, width: dimensions.width, height: dimensions.height },
  };
}

const signatures = {
  jpeg: [0xff, 0xd8, 0xff],
  png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
} as const;

function fileTypeOf(bytes: Uint8Array): Picture['fileType'] | undefined {
  const startsWith = (signature: readonly number[]) =>
    signature.every((byte, index) => bytes[index] === byte);
  if (startsWith(signatures.jpeg)) return 'jpeg';
  if (startsWith(signatures.png)) return 'png';
  return undefined;
}
