import type { Picture } from './picture.ts';
import { koreaZone, utcMomentOfLocal } from './utc-moment.ts';

/** Tags by their numbers in the Exif standard (CIPA DC-008, 4.6). */
const tags = {
  exifDirectory: 0x8769,
  dateTimeOriginal: 0x9003,
  offsetTimeOriginal: 0x9011,
  subSecTimeOriginal: 0x9291,
} as const;

/**
 * When a picture was taken, as its EXIF says (`DateTimeOriginal`), in ISO 8601 in UTC with milliseconds; Korea's time where it names no zone.
 * Undefined where it says nothing, names no possible time, or is damaged in any way. Read here and not by exif-reader 2.0, which makes other
 * dates of impossible ones, and which 64 KB of hostile EXIF make fill gigabytes.
 */
export function exifMomentOf({ bytes, fileType }: Pick<Picture, 'bytes' | 'fileType'>): string | undefined {
  try {
    const exif = fileType === 'jpeg' ? exifOfJpeg(bytes) : exifOfPng(bytes);
    return exif && dateTimeOriginalOf(exif);
  } catch (error) {
    // What DataView throws for a place beyond its end, to which only damage leads.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The EXIF stands in an APP1 segment, between the start of the image and that of its data (ITU-T T.81, B.1.1; CIPA DC-008, 4.5). */
function exifOfJpeg(bytes: Uint8Array): Uint8Array | undefined {
  const [app1, startOfScan, exifName] = [0xffe1, 0xffda, 0x45786966];
  const view = viewOf(bytes);
  let at = 2;
  while (view.getUint8(at) === 0xff && view.getUint16(at) !== startOfScan) {
    // Any marker may be preceded by more of its first byte.
    if (view.getUint8(at + 1) === 0xff) {
      at += 1;
      continue;
    }
    const end = at + 2 + view.getUint16(at + 2);
    const isExif = view.getUint16(at) === app1 && view.getUint32(at + 4) === exifName;
    if (isExif) return bytes.subarray(at + 10, end);
    at = end;
  }
  return undefined;
}

/** The EXIF is a chunk of its own, `eXIf` (PNG, third edition, 11.3.4.6). */
function exifOfPng(bytes: Uint8Array): Uint8Array | undefined {
  const exifType = 0x65584966;
  const view = viewOf(bytes);
  for (let at = 8; at < bytes.length; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === exifType) return bytes.subarray(at + 8, at + 8 + view.getUint32(at));
  }
  return undefined;
}

/** `exif` is a TIFF: byte order, the place of its first directory, and directories of entries of 12 bytes: tag, type, count, value or its place. */
function dateTimeOriginalOf(exif: Uint8Array): string | undefined {
  const [littleEndianHeader, bigEndianHeader] = [0x49492a00, 0x4d4d002a];
  const view = viewOf(exif);
  const header = view.getUint32(0);
  if (header !== littleEndianHeader && header !== bigEndianHeader) return undefined;
  const isLittleEndian = header === littleEndianHeader;
  const uint16 = (at: number) => view.getUint16(at, isLittleEndian);
  const uint32 = (at: number) => view.getUint32(at, isLittleEndian);

  const pointer = entryOf(uint32(4), tags.exifDirectory);
  if (pointer === undefined) return undefined;
  const directory = uint32(pointer + 8);

  const [, yyyy, MM, dd, time] =
    /^(\d{4}):(\d{2}):(\d{2}) (\d{2}:\d{2}:\d{2})/.exec(textOf(tags.dateTimeOriginal)) ?? [];
  const [zone] = /^[+-]\d{2}:\d{2}/.exec(textOf(tags.offsetTimeOriginal)) ?? [koreaZone];
  const [fraction] = /^\d{1,3}/.exec(textOf(tags.subSecTimeOriginal)) ?? ['0'];
  return utcMomentOfLocal(`${yyyy}-${MM}-${dd}T${time}.${fraction.padEnd(3, '0')}`, zone);

  /** Where the entry of a tag stands, if the directory at this place has it. */
  function entryOf(directoryAt: number, tag: number): number | undefined {
    const entries = Array.from({ length: uint16(directoryAt) }, (_, index) => directoryAt + 2 + 12 * index);
    return entries.find((at) => uint16(at) === tag);
  }

  /** Empty where the tag is absent. */
  function textOf(tag: number): string {
    const entry = entryOf(directory, tag);
    if (entry === undefined) return '';
    const sizeBytes = uint32(entry + 4);
    const textAt = sizeBytes <= 4 ? entry + 8 : uint32(entry + 8);
    return Buffer.from(exif.subarray(textAt, textAt + sizeBytes)).toString('latin1');
  }
}

/** Of these bytes and nothing beside them: what a Uint8Array looks into can be a pool of many. */
function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
