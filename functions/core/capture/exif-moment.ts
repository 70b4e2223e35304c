import { exifOf, openTiff } from '../picture/exif.ts';
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
 * When a picture was taken (EXIF `DateTimeOriginal`); without a zone it is Korea's time. Undefined where the
 * EXIF is absent or damaged, or leaves the time blank. exif-reader 2.0 is not used: it turns impossible dates
 * into other dates, and 64 KB of hostile EXIF make it fill gigabytes.
 */
export function exifMomentOf(picture: Pick<Picture, 'parts' | 'fileType'>): StatedMoment | undefined {
  try {
    const exif = exifOf(picture);
    return exif && dateTimeOriginalOf(exif);
  } catch (error) {
    // DataView throws it for an offset beyond its end: the EXIF is damaged.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function dateTimeOriginalOf(exif: Uint8Array): StatedMoment | undefined {
  const tiff = openTiff(exif);
  const pointer = tiff?.entryOf(tiff.firstDirectory, tags.exifDirectory);
  if (!tiff || pointer === undefined) return undefined;
  const { uint32, entryOf } = tiff;
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
