const tags = {
  dateTimeOriginal: 0x9003,
  offsetTimeOriginal: 0x9011,
  subSecTimeOriginal: 0x9291,
} as const;

/** Texts of an EXIF, as the camera writes them. */
export type ExifTexts = Readonly<Partial<Record<keyof typeof tags, string>>>;

const make = 0x010f;
const exifDirectory = 0x8769;
const [asciiType, longType] = [2, 4];

/** A TIFF with the camera's name and, in its EXIF directory, these texts (CIPA DC-008, 4.6). */
export function makeExif(
  texts: ExifTexts,
  byteOrder: 'little-endian' | 'big-endian' = 'little-endian',
): Uint8Array {
  const isLittleEndian = byteOrder === 'little-endian';
  const uint16 = (value: number) => {
    const bytes = Buffer.alloc(2);
    if (isLittleEndian) bytes.writeUInt16LE(value);
    else bytes.writeUInt16BE(value);
    return bytes;
  };
  const uint32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    if (isLittleEndian) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  };

  /**
   * Entries of 12 bytes between a count of 2 and the 4 bytes of the next directory's place; behind them the
   * texts that are longer than 4 bytes.
   */
  const directory = (at: number, entries: readonly (readonly [tag: number, value: string | number])[]) => {
    const sizeBytes = 2 + 12 * entries.length + 4;
    const behind: Buffer[] = [];
    const written = entries.map(([tag, value]) => {
      if (typeof value === 'number') {
        return Buffer.concat([uint16(tag), uint16(longType), uint32(1), uint32(value)]);
      }
      const text = Buffer.from(`${value}\0`);
      const place = at + sizeBytes + Buffer.concat(behind).length;
      if (text.length > 4) behind.push(text);
      const inPlace = text.length > 4 ? uint32(place) : Buffer.concat([text, Buffer.alloc(4 - text.length)]);
      return Buffer.concat([uint16(tag), uint16(asciiType), uint32(text.length), inPlace]);
    });
    return Buffer.concat([uint16(entries.length), ...written, uint32(0), ...behind]);
  };

  const header = Buffer.concat([Buffer.from(isLittleEndian ? 'II' : 'MM'), uint16(42), uint32(8)]);
  const camera = 'A camera';
  const exifAt =
    header.length +
    directory(8, [
      [make, camera],
      [exifDirectory, 0],
    ]).length;
  const written = Object.entries(tags).flatMap(([name, tag]) => {
    const text = Object.entries(texts).find(([given]) => given === name)?.[1];
    return text === undefined ? [] : [[tag, text] as const];
  });
  return Buffer.concat([
    header,
    directory(8, [
      [make, camera],
      [exifDirectory, exifAt],
    ]),
    directory(exifAt, written),
  ]);
}

/**
 * The JPEG with the EXIF in an APP1 segment, behind a JFIF segment as many programs write it (ITU-T T.81,
 * B.2.4.6).
 */
export function addExifToJpeg(jpeg: Uint8Array, exif: Uint8Array): Uint8Array {
  const jfif = Buffer.from('ffe000104a46494600010100000100010000', 'hex');
  const head = Buffer.from('ffe10000457869660000', 'hex');
  head.writeUInt16BE(2 + 6 + exif.length, 2);
  return Buffer.concat([jpeg.subarray(0, 2), jfif, head, exif, jpeg.subarray(2)]);
}

/** The PNG with the EXIF in a chunk behind its header, the checksum left at zero. */
export function addExifToPng(png: Uint8Array, exif: Uint8Array): Uint8Array {
  const headerEnd = 8 + 25;
  const head = Buffer.from('0000000065584966', 'hex');
  head.writeUInt32BE(exif.length);
  return Buffer.concat([png.subarray(0, headerEnd), head, exif, Buffer.alloc(4), png.subarray(headerEnd)]);
}
