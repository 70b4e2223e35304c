import type { FileType } from './file-type.ts';
import { jpegSegments, maxSteps } from './jpeg-segments.ts';
import { sliceOf, viewOf, type Parts } from './parts.ts';

type FileWithExif = { readonly parts: Parts; readonly fileType: FileType };

/** EXIF's orientation, the tag of CIPA DC-008, 4.6.4. */
const orientationTag = 0x0112;

/**
 * The EXIF of a JPEG or PNG, a TIFF; undefined where there is none, and for the other types, in which it is
 * not looked for. Throws a RangeError where the file ends within it.
 */
export function exifOf({ parts, fileType }: FileWithExif): Uint8Array | undefined {
  if (fileType === 'jpeg') return exifOfJpeg(parts);
  return fileType === 'png' ? exifOfPng(parts) : undefined;
}

/** How a JPEG or PNG must be turned to be upright, 1 to 8; 1 where its EXIF is absent or damaged. */
export function orientationOf(file: FileWithExif): number {
  try {
    const exif = exifOf(file);
    const tiff = exif && openTiff(exif);
    const entry = tiff?.entryOf(tiff.firstDirectory, orientationTag);
    const orientation = entry === undefined ? undefined : tiff?.uint16(entry + 8);
    return orientation !== undefined && orientation >= 1 && orientation <= 8 ? orientation : 1;
  } catch (error) {
    // DataView throws it for an offset beyond its end: the EXIF is damaged.
    if (error instanceof RangeError) return 1;
    throw error;
  }
}

/** The EXIF is in an APP1 segment (CIPA DC-008, 4.5). */
function exifOfJpeg(parts: Parts): Uint8Array | undefined {
  const [app1, exifName] = [0xffe1, 0x45786966];
  for (const { marker, start, end } of jpegSegments(parts)) {
    if (marker !== app1 || end - start < 6) continue;
    if (viewOf(sliceOf(parts, start, start + 4)).getUint32(0) === exifName) {
      return sliceOf(parts, start + 6, end);
    }
  }
  return undefined;
}

/** The EXIF is in the chunk `eXIf` (PNG, third edition, 11.3.4.6). */
function exifOfPng(parts: Parts): Uint8Array | undefined {
  const exifType = 0x65584966;
  let at = 8;
  for (let step = 0; step < maxSteps; step += 1) {
    const head = sliceOf(parts, at, at + 8);
    if (head.length === 0) return undefined;
    const view = viewOf(head);
    const sizeBytes = view.getUint32(0);
    if (view.getUint32(4) === exifType) return sliceOf(parts, at + 8, at + 8 + sizeBytes);
    at += 12 + sizeBytes;
  }
  return undefined;
}

/**
 * A TIFF: the byte order, the offset of its first directory, and directories. An entry has 12 bytes: tag,
 * type, count, and the value or its offset. Undefined where it has no byte order; the functions throw a
 * RangeError beyond its end.
 */
export function openTiff(bytes: Uint8Array) {
  const [littleEndianHeader, bigEndianHeader] = [0x49492a00, 0x4d4d002a];
  const view = viewOf(bytes);
  const header = view.getUint32(0);
  if (header !== littleEndianHeader && header !== bigEndianHeader) return undefined;
  const isLittleEndian = header === littleEndianHeader;
  const uint16 = (at: number) => view.getUint16(at, isLittleEndian);
  const uint32 = (at: number) => view.getUint32(at, isLittleEndian);
  return {
    uint16,
    uint32,
    firstDirectory: uint32(4),
    /** The offset of a tag's entry; undefined where the directory at this offset lacks it. */
    entryOf: (directoryAt: number, tag: number): number | undefined => {
      const entries = Array.from({ length: uint16(directoryAt) }, (_, index) => directoryAt + 2 + 12 * index);
      return entries.find((at) => uint16(at) === tag);
    },
  };
}
