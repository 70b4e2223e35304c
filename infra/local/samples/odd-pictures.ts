import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import type { PreparationStep } from '../../../functions/core/picture/preparation.ts';
import { plateRead, type Box } from '../../../functions/core/record/plate-read.ts';
import { readTruth } from '../endpoint/picture-truth.ts';
import { readSample } from './samples.ts';

/** A file as a camera or a phone may send it, made of a sample. */
export type OddPicture = {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly plate: string;
  /** Of the plate, in pixels of this file as stored. */
  readonly box: Box;
  /** What is done before an endpoint reads it; the built-in reader needs neither `scaled` nor `compressed`. */
  readonly steps: readonly PreparationStep[];
};

type Position = { readonly x: number; readonly y: number };

/** How a file is made of the sample, and where a point of the sample is in it. */
type Sort = {
  readonly make: (sample: Sharp) => Sharp;
  readonly place?: (point: Position) => Position;
  /** What sharp cannot write. */
  readonly wrap?: (bytes: Buffer) => Uint8Array;
  readonly steps: readonly PreparationStep[];
};

const sample = readSample('day.jpg');
const { width, height } = await sharp(sample).metadata();

const unmoved = (point: Position) => point;

/** Each turns the sample so that EXIF's orientation turns it back (CIPA DC-008, 4.6.4). */
const turns = {
  2: { make: (image: Sharp) => image.flop(), place: ({ x, y }: Position) => ({ x: width - x, y }) },
  3: {
    make: (image: Sharp) => image.rotate(180),
    place: ({ x, y }: Position) => ({ x: width - x, y: height - y }),
  },
  6: { make: (image: Sharp) => image.rotate(270), place: ({ x, y }: Position) => ({ x: y, y: width - x }) },
  8: { make: (image: Sharp) => image.rotate(90), place: ({ x, y }: Position) => ({ x: height - y, y: x }) },
} as const;

function turned(orientation: keyof typeof turns) {
  const { make, place } = turns[orientation];
  return { make: (image: Sharp) => make(image).withMetadata({ orientation }), place };
}

const times =
  (factor: number) =>
  ({ x, y }: Position) => ({ x: x * factor, y: y * factor });
const enlarged = (image: Sharp, factor: number) => image.resize(width * factor, height * factor);

const sorts: Readonly<Record<string, Sort>> = {
  'webp.webp': { make: (image) => image.webp({ quality: 90 }), steps: ['converted'] },
  'lossless.webp': { make: (image) => image.webp({ lossless: true }), steps: ['converted'] },
  'avif.avif': { make: (image) => image.avif({ quality: 70, effort: 0 }), steps: ['converted'] },
  'mirrored.jpg': { ...pipe(turned(2), (image) => image.jpeg({ quality: 95 })), steps: ['turned'] },
  'upside-down.jpg': { ...pipe(turned(3), (image) => image.jpeg({ quality: 95 })), steps: ['turned'] },
  'portrait.jpg': { ...pipe(turned(6), (image) => image.jpeg({ quality: 95 })), steps: ['turned'] },
  'portrait.png': { ...pipe(turned(8), (image) => image.png()), steps: ['turned'] },
  'portrait.webp': { ...pipe(turned(8), (image) => image.webp()), steps: ['converted', 'turned'] },
  'several.mpo': {
    make: (image) => image.jpeg({ quality: 95 }),
    wrap: multiPictureOf,
    steps: ['first-picture'],
  },
  'cmyk.jpg': {
    make: (image) => image.toColourspace('cmyk').jpeg({ quality: 95 }),
    steps: ['normalised'],
  },
  'sixteen-bits.png': { make: (image) => image.toColourspace('rgb16').png(), steps: ['normalised'] },
  'many-bytes.jpg': {
    make: (image) => enlarged(image, 2).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
    wrap: (bytes) => Buffer.concat([bytes, Buffer.alloc(6_000_000)]),
    place: times(2),
    steps: ['compressed'],
  },
  'many-bytes.png': {
    make: (image) => enlarged(image, 2).png({ compressionLevel: 0 }),
    place: times(2),
    steps: ['compressed'],
  },
  'many-pixels.jpg': {
    make: (image) => enlarged(image, 5).jpeg({ quality: 100 }),
    wrap: (bytes) => Buffer.concat([bytes, Buffer.alloc(6_000_000)]),
    place: times(5),
    steps: ['scaled'],
  },
};

/** What make-heic.ts made, as sharp writes no HEIC; the portrait is turned back by the file itself. */
const heicFiles = ['phone.heic', 'portrait.heic', 'ten-bits.heic'];

/** Makes one file of each sort. */
export async function makeOddPictures(): Promise<readonly OddPicture[]> {
  const { plate, box } = plateRead.parse(truthOf(sample));
  const heics = heicFiles.map((name) => {
    const bytes = readFileSync(new URL(`heic/${name}`, import.meta.url));
    return { name, bytes, plate, box, steps: ['converted'] as const };
  });
  const drawn = await Promise.all(
    Object.entries(sorts).map(async ([name, { make, place = unmoved, wrap, steps }]) => {
      const bytes = await make(sharp(sample)).toBuffer();
      return { name, bytes: wrap ? wrap(bytes) : bytes, plate, box: moved(box, place), steps };
    }),
  );
  return [...drawn, ...heics];
}

function truthOf(picture: Uint8Array): unknown {
  const truth = readTruth(picture);
  return truth.kind === 'truth' ? truth.plates[0] : undefined;
}

function pipe<Turned extends Pick<Sort, 'make'>>(sort: Turned, then: (image: Sharp) => Sharp): Turned {
  return { ...sort, make: (image: Sharp) => then(sort.make(image)) };
}

function moved(box: Box, place: (point: Position) => Position): Box {
  const [one, two, three, four] = [
    place({ x: box.x1, y: box.y1 }),
    place({ x: box.x2, y: box.y2 }),
    place({ x: box.x3, y: box.y3 }),
    place({ x: box.x4, y: box.y4 }),
  ];
  return { x1: one.x, y1: one.y, x2: two.x, y2: two.y, x3: three.x, y3: three.y, x4: four.x, y4: four.y };
}

/** Two pictures in one file, with the segment that lists them (CIPA DC-007, 5). */
function multiPictureOf(jpeg: Buffer): Uint8Array {
  const list = Buffer.concat([Buffer.from('ffe20000' + '4d504600', 'hex'), mpIndex(jpeg.length)]);
  list.writeUInt16BE(list.length - 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), list, jpeg.subarray(2), jpeg]);
}

/** A TIFF with version, number of pictures and 16 bytes for each. */
function mpIndex(secondSizeBytes: number): Buffer {
  const entry = (tag: number, type: number, count: number, value: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt16BE(tag, 0);
    head.writeUInt16BE(type, 2);
    head.writeUInt32BE(count, 4);
    return Buffer.concat([head, value]);
  };
  const uint32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const header = Buffer.from('4d4d002a00000008' + '0003', 'hex');
  const listAt = header.length + 3 * 12 + 4;
  const pictures = Buffer.alloc(32);
  pictures.writeUInt32BE(secondSizeBytes, 20);
  return Buffer.concat([
    header,
    entry(0xb000, 7, 4, Buffer.from('0100')),
    entry(0xb001, 4, 1, uint32(2)),
    entry(0xb002, 7, 32, uint32(listAt)),
    uint32(0),
    pictures,
  ]);
}
