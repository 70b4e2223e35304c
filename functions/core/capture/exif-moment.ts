import { sliceOf, type Parts } from '../picture/parts.ts';
import type { Picture } from '../picture/picture.ts';
import { koreaZone, parseZone, utcMomentOfLocal, type StatedMoment } from './utc-moment.ts';

/** Tags by their numbers in the Exif standard (CIPA DC-008, 4.6). */
const tags = {
  exifDirectory: 0x8769,
  dateTimeOriginal: 0x9003,
  offsetTimeOriginal: 0x9011,
  subSecTimeOriginal: 0x9291,
} as const;

/**
 * How many segments, chunks and bytes of padding are read. A camera writes its EXIF among the first; a
 * hostile picture can have millions.
 */
const maxSteps = 10_000;

/**
 * When a picture was taken (EXIF `DateTimeOriginal`); without a zone it is Korea's time. Undefined where the
 * EXIF is absent or damaged, or leaves the time blank. exif-reader 2.0 is not used: it turns impossible dates
 * into other dates, and 64 KB of hostile EXIF make it fill gigabytes.
 */
export function exifMomentOf({
  parts,
  fileType,
}: Pick<Picture, 'parts' | 'fileType'>): StatedMoment | undefined {
  try {
    const exif = fileType === 'jpeg' ? exifOfJpeg(parts) : exifOfPng(parts);
    return exif && dateTimeOriginalOf(exif);
  } catch (error) {
    // DataView throws it for an offset beyond its end: the EXIF is damaged.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The EXIF is in an APP1 segment, before the start of the scan (ITU-T T.81, B.1.1; CIPA DC-008, 4.5). */
function exifOfJpeg(parts: Parts): Uint8Array | undefined {
  const [app1, startOfScan, exifName] = [0xffe1, 0xffda, 0x45786966];
  let at = 2;
  for (let step = 0; step < maxSteps; step += 1) {
    const head = viewOf(sliceOf(parts, at, at + 8));
    const marker = head.getUint16(0);
    if (head.getUint8(0) !== 0xff || marker === startOfScan) return undefined;
    // Any number of fill bytes can precede a marker.
    if (marker === 0xffff) {
      at += 1;
      continue;
    }
    const end = at + 2 + head.getUint16(2);
    if (marker === app1 && head.getUint32(4) === exifName) return sliceOf(parts, at + 10, end);
    at = end;
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
 * `exif` is a TIFF: the byte order, the offset of its first directory, and directories. An entry has 12
 * bytes: tag, type, count, and the value or its offset.
 */
function dateTimeOriginalOf(exif: Uint8Array): StatedMoment | undefined {
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

  const text = textOf(tags.dateTimeOriginal);
  // A clock that was never set leaves blanks in place of the digits (CIPA DC-008, 4.6.6).
  if (!/\d/.test(text)) return undefined;
  const [, yyyy, MM, dd, time] = /^(\d{4}):(\d{2}):(\d{2}) (\d{2}:\d{2}:\d{2})/.exec(text) ?? [];
  const zoneText = textOf(tags.offsetTimeOriginal);
  const zone = /\w/.test(zoneText) ? parseZone(zoneText) : koreaZone;
  const [fraction] = /^\d{1,3}/.exec(textOf(tags.subSecTimeOriginal)) ?? ['0'];
  const local = `${yyyy}-${MM}-${dd}T${time}.${fraction.padEnd(3, '0')}`;
  return { text: `${text} ${zoneText}`.trim(), moment: zone && utcMomentOfLocal(local, zone) };

  /** The offset of a tag's entry; undefined where the directory at this offset lacks it. */
  function entryOf(directoryAt: number, tag: number): number | undefined {
    const entries = Array.from({ length: uint16(directoryAt) }, (_, index) => directoryAt + 2 + 12 * index);
    return entries.find((at) => uint16(at) === tag);
  }

  /** Without the zero byte at its end and blanks around it; empty where the tag is absent. */
  function textOf(tag: number): string {
    const entry = entryOf(directory, tag);
    if (entry === undefined) return '';
    const sizeBytes = uint32(entry + 4);
    const textAt = sizeBytes <= 4 ? entry + 8 : uint32(entry + 8);
    const [text = ''] = Buffer.from(exif.subarray(textAt, textAt + sizeBytes))
      .toString('latin1')
      .split('\0', 1);
    return text.trim();
  }
}

/** A view of these bytes only: the buffer of a Uint8Array can be a pool that others share. */
function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
