import { orientationOf } from './exif.ts';
import { jpegSegments } from './jpeg-segments.ts';
import { sliceOf, viewOf, type Parts } from './parts.ts';
import type { Picture } from './picture.ts';

/**
 * What can be done to a picture before it is read, in the order of a record. `converted`: a format that the
 * endpoint does not take became a JPEG. `turned`: upright, as EXIF says. `first-picture`: the first of several
 * in one file. `normalised`: CMYK or 16 bits became RGB with 8 bits. `scaled`: fewer pixels. `compressed`:
 * fewer bytes for the same pixels.
 */
export const preparationSteps = [
  'converted',
  'turned',
  'first-picture',
  'normalised',
  'scaled',
  'compressed',
] as const;
export type PreparationStep = (typeof preparationSteps)[number];

/** What was done to a picture, and its size in pixels as stored, as its decoder found it. */
export type Preparation = {
  readonly steps: readonly PreparationStep[];
  readonly width: number;
  readonly height: number;
};

/**
 * The largest picture that the endpoint gets. The vendor's limit (API guide for Vehicle Plate OCR) is 5 MB for
 * the request, understood as 5 × 1,024 × 1,024 bytes; 1 KB of it is for the form around the picture.
 */
export const maxEndpointBytes = 5 * 1024 * 1024 - 1024;

/** Each step once, in the order of a record. */
export function inOrder(steps: readonly PreparationStep[]): readonly PreparationStep[] {
  return preparationSteps.filter((step) => steps.includes(step));
}

/** The steps that every reader needs for a picture, by its header; none for what most cameras write. */
export function stepsInHeader(picture: Picture): readonly PreparationStep[] {
  const { parts, fileType } = picture;
  if (fileType !== 'jpeg' && fileType !== 'png') return ['converted'];
  const turned: readonly PreparationStep[] = orientationOf(picture) > 1 ? ['turned'] : [];
  return [...turned, ...(fileType === 'jpeg' ? stepsOfJpeg(parts) : stepsOfPng(parts))];
}

/** An APP2 segment `MPF` lists several pictures (CIPA DC-007, 5.1); four components are CMYK. */
function stepsOfJpeg(parts: Parts): readonly PreparationStep[] {
  const [app2, multiPictureName] = [0xffe2, 0x4d504600];
  const steps = new Set<PreparationStep>();
  try {
    for (const { marker, start, end } of jpegSegments(parts)) {
      const payload = viewOf(sliceOf(parts, start, Math.min(end, start + 6)));
      if (marker === app2 && payload.byteLength >= 4 && payload.getUint32(0) === multiPictureName) {
        steps.add('first-picture');
      }
      if (isStartOfFrame(marker) && payload.getUint8(5) === 4) steps.add('normalised');
    }
  } catch (error) {
    // The header is cut off; what is known of it counts.
    if (!(error instanceof RangeError)) throw error;
  }
  return [...steps];
}

/** All markers from SOF0 to SOF15 but those of tables and of extensions (ITU-T T.81, B.1.1.3). */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
}

/** The header's ninth byte is the number of bits a sample (PNG, third edition, 11.2.1). */
function stepsOfPng(parts: Parts): readonly PreparationStep[] {
  const [bitsPerSample] = sliceOf(parts, 24, 25);
  return bitsPerSample === 16 ? ['normalised'] : [];
}
