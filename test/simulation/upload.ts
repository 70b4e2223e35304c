import { createHash } from 'node:crypto';
import { makeJpeg, makePng } from '../fakes/pictures.ts';
import type { Random } from './random.ts';

/** What a picture shows, or what else an object is. */
type Content =
  | 'plates'
  | 'no-plate'
  /** A plate that the endpoint never reads. */
  | 'unreadable'
  /** A plate that the endpoint reads at the second attempt. */
  | 'blurred'
  | 'refused-by-endpoint'
  | 'no-picture'
  | 'empty'
  | 'too-large';

export type TruePlate = {
  readonly value: string;
  readonly confidence: number;
  readonly box: Readonly<Record<'x1' | 'y1' | 'x2' | 'y2' | 'x3' | 'y3' | 'x4' | 'y4', number>>;
};

/** One created object and the truth about it. */
export type Upload = {
  /** The id that its record must have. */
  readonly imageId: string;
  readonly bucket: string;
  readonly key: string;
  /** Absent in a bucket without versions. */
  readonly versionId?: string;
  readonly etag: string;
  readonly sizeBytes: number;
  readonly uploadedAt: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly content: Content;
  readonly fileType: 'jpeg' | 'png';
  readonly width: number;
  readonly height: number;
  readonly plates: readonly TruePlate[];
  /** Unlike those of every other upload. */
  readonly mark: string;
};

const bucketName = 'pictures';

const tooLargeBytes = 32 * 1024 * 1024 + 1;
const contents = [
  ...Array.from({ length: 12 }, () => 'plates' as const),
  'no-plate',
  'unreadable',
  'blurred',
  'refused-by-endpoint',
  'no-picture',
  'empty',
  'too-large',
] as const satisfies Content[];

/** Draws the `number`-th object of a history, which the camera puts under `key` at `atMs`. */
export function drawUpload(
  random: Random,
  place: {
    readonly key: string;
    readonly versioned: boolean;
    readonly atMs: number;
    readonly number: number;
  },
): Upload {
  const { key, versioned, atMs, number } = place;
  const [first, ...others] = contents;
  const content = random.pick([first, ...others]);
  const picture = {
    content,
    fileType: random.pick(['jpeg', 'png'] as const),
    width: random.between(640, 4000),
    height: random.between(480, 3000),
    plates: content === 'plates' || content === 'blurred' ? drawPlates(random) : [],
    mark: `picture-${number}.`,
  };
  const bytes = bytesOf(picture);
  const etag = createHash('md5').update(bytes).digest('hex');
  const versionId = versioned ? `v${number}.${random.between(0, 1e9).toString(36)}` : undefined;
  const name = versionId === undefined ? `etag=${etag}` : `versionId=${versionId}`;
  return {
    ...picture,
    imageId: `s3://${bucketName}/${percentEncode(key)}?${name}`,
    bucket: bucketName,
    key,
    ...(versionId === undefined ? {} : { versionId }),
    etag,
    sizeBytes: content === 'too-large' ? tooLargeBytes : bytes.length,
    uploadedAt: new Date(atMs).toISOString(),
    metadata: random.chance(0.3) ? { camera: `gate-${random.between(1, 9)}` } : {},
  };
}

/** The upload that these bytes are of. */
export function uploadWithMark(bytes: Uint8Array, uploads: ReadonlyMap<string, Upload>): Upload {
  const text = Buffer.from(bytes).toString('latin1');
  const upload = uploads.get(/picture-\d+\.$/.exec(text)?.[0] ?? '');
  if (!upload) throw new Error('The reader got bytes that were never uploaded.');
  return upload;
}

/** The bytes of an object; one that is too large is never read, so it is not made. */
export function bytesOf(
  picture: Pick<Upload, 'content' | 'fileType' | 'width' | 'height' | 'mark'>,
): Uint8Array {
  const mark = Buffer.from(picture.mark);
  if (picture.content === 'empty') return new Uint8Array();
  if (picture.content === 'no-picture') return Buffer.concat([Buffer.from('GIF89a'), mark]);
  const make = picture.fileType === 'jpeg' ? makeJpeg : makePng;
  return Buffer.concat([make(picture.width, picture.height), mark]);
}

function drawPlates(random: Random): TruePlate[] {
  return Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => {
    const digits = (count: number) => String(random.between(10 ** (count - 1), 10 ** count - 1));
    const [left, top] = [random.between(0, 300), random.between(0, 300)];
    const [right, bottom] = [left + random.between(20, 200), top + random.between(10, 60)];
    return {
      value: `${digits(random.between(2, 3))}${random.pick(['가', '나', '호', '바'])}${digits(4)}`,
      confidence: random.between(1, 100) / 100,
      box: { x1: left, y1: top, x2: right, y2: top, x3: right, y3: bottom, x4: left, y4: bottom },
    };
  });
}

/** A key as in a URL's path: UTF-8, each byte but the unreserved ones and the slash as %XX. */
function percentEncode(key: string): string {
  return [...Buffer.from(key)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[\w\-.!~*'()/]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
