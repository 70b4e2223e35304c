import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { parseJson } from '../../../functions/core/message/parse-json.ts';
import { fileTypeOf } from '../../../functions/core/picture/file-type.ts';
import { boxOf } from '../../../functions/core/record/plate-read.ts';

const pixels = z.number().nonnegative();

const plateTruthSchema = z.strictObject({
  plate: z.string().check(z.minLength(1)),
  confidence: z.number().min(0).max(1),
  box: boxOf(pixels),
});

const commentSchema = z.strictObject({ plates: z.array(plateTruthSchema), sha256: z.string() });

/**
 * A plate in a picture. The box is in pixels from the picture's top-left corner, clockwise from the plate's.
 */
export type PlateTruth = z.infer<typeof plateTruthSchema>;

/** The plates in a picture, in the endpoint's order; possibly none. */
export type PictureTruth = { plates: PlateTruth[] };

/**
 * The truth in a picture's comment; `damaged` means that the file has changed since the truth was written.
 */
type TruthReading = { kind: 'none' } | { kind: 'damaged' } | { kind: 'truth'; plates: PlateTruth[] };

/** Returns the JPEG or PNG with the truth in its comment; it replaces an earlier truth. */
export function writeTruth(picture: Uint8Array, truth: PictureTruth): Uint8Array {
  const bytes = Buffer.from(picture);
  const format = formatOf(bytes);
  if (format === undefined) throw new Error('A truth can only be written into a JPEG or a PNG.');
  const bare = without(bytes, findComment(bytes, format));
  const [first] = format.parts(bare);
  if (first === undefined) throw new Error('A truth cannot be written into a picture without a header.');
  const { plates } = truth;
  const comment = format.makeComment(
    Buffer.from(format.commentPrefix + JSON.stringify({ plates, sha256: digest(bare, plates) })),
  );
  // JFIF's APP0 and PNG's IHDR must stay first, so the comment comes second.
  return Buffer.concat([bare.subarray(0, first.end), comment, bare.subarray(first.end)]);
}

/** Reads what `writeTruth` wrote, and checks that no byte of the file has changed since. */
export function readTruth(picture: Uint8Array): TruthReading {
  const bytes = Buffer.from(picture);
  const format = formatOf(bytes);
  if (format === undefined) return { kind: 'none' };
  const comment = findComment(bytes, format);
  if (comment === undefined) return { kind: 'none' };
  const parsed = commentSchema.safeParse(
    parseJson(comment.data.toString().slice(format.commentPrefix.length)),
  );
  const whole = format.makeComment(comment.data).equals(bytes.subarray(comment.start, comment.end));
  if (!parsed.success || !whole) return { kind: 'damaged' };
  const { plates, sha256 } = parsed.data;
  return sha256 === digest(without(bytes, comment), plates) ? { kind: 'truth', plates } : { kind: 'damaged' };
}

/** A JPEG segment or a PNG chunk: the whole from `start` to `end`, and its content in `data`. */
type Part = { type: string; start: number; end: number; data: Buffer };

type Format = {
  commentType: string;
  commentPrefix: string;
  parts(bytes: Buffer): Iterable<Part>;
  makeComment(data: Buffer): Buffer;
};

const keyword = 'plateline-truth';

const jpeg: Format = {
  commentType: 'fe',
  commentPrefix: `${keyword} `,
  *parts(bytes) {
    const startOfScan = 0xda;
    let start = 2;
    while (start + 4 <= bytes.length && bytes[start + 1] !== startOfScan) {
      const end = start + 2 + bytes.readUInt16BE(start + 2);
      yield {
        type: bytes.toString('hex', start + 1, start + 2),
        start,
        end,
        data: bytes.subarray(start + 4, end),
      };
      start = end;
    }
  },
  makeComment(data) {
    const head = Buffer.from([0xff, 0xfe, 0, 0]);
    head.writeUInt16BE(data.length + 2, 2);
    return Buffer.concat([head, data]);
  },
};

const png: Format = {
  commentType: 'iTXt',
  // Uncompressed, in no named language, and without a translated keyword.
  commentPrefix: `${keyword}\0\0\0\0\0`,
  *parts(bytes) {
    let start = 8;
    while (start + 12 <= bytes.length) {
      const end = start + 12 + bytes.readUInt32BE(start);
      yield {
        type: bytes.toString('latin1', start + 4, start + 8),
        start,
        end,
        data: bytes.subarray(start + 8, end - 4),
      };
      start = end;
    }
  },
  makeComment(data) {
    const typeAndData = Buffer.concat([Buffer.from('iTXt'), data]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(typeAndData));
    return Buffer.concat([size, typeAndData, checksum]);
  },
};

function formatOf(bytes: Buffer): Format | undefined {
  switch (fileTypeOf(bytes)) {
    case 'jpeg':
      return jpeg;
    case 'png':
      return png;
    case 'webp':
    case 'avif':
    case 'heic':
    case undefined:
      return undefined;
  }
}

function findComment(bytes: Buffer, format: Format): Part | undefined {
  return [...format.parts(bytes)].find(
    (part) =>
      part.type === format.commentType &&
      part.data.subarray(0, format.commentPrefix.length).equals(Buffer.from(format.commentPrefix)),
  );
}

function without(bytes: Buffer, part: Part | undefined): Buffer {
  return part ? Buffer.concat([bytes.subarray(0, part.start), bytes.subarray(part.end)]) : bytes;
}

/** The digest covers the plates too, so that it reveals a changed digit as well as a changed pixel. */
function digest(bare: Buffer, plates: PlateTruth[]): string {
  return createHash('sha256').update(bare).update(JSON.stringify(plates)).digest('hex');
}
