import { readFileSync } from 'node:fs';
import { readTruth, writeTruth } from '../endpoint/picture-truth.ts';

/**
 * A committed file of `pictures/`, its key in the bucket, and the expected record; box and confidence are in
 * the file's truth.
 */
export type Sample = {
  file: string;
  key: string;
  expected: { status: 'READ'; plate: string } | { status: 'NO_PLATE' | 'REJECTED'; reasonCode: string };
};

/** Pictures of every kind that a camera delivers, and files that are not pictures. */
export const samples: readonly Sample[] = [
  {
    file: 'day.jpg',
    key: 'gate-north/2026/11/22/081500.jpg',
    expected: { status: 'READ', plate: '123가4567' },
  },
  {
    file: 'night.jpg',
    key: 'gate-south/2026/11/22/213005.jpg',
    expected: { status: 'READ', plate: '12가3456' },
  },
  {
    file: 'tilted-rental.jpg',
    key: 'parking-b1/2026/11/22/140233.jpg',
    expected: { status: 'READ', plate: '12허3456' },
  },
  {
    file: 'two-cars.jpg',
    key: 'main-road/2026/11/22/174010.jpg',
    expected: { status: 'READ', plate: '245러6789' },
  },
  {
    file: 'taxi.png',
    key: 'taxi-stand/2026/11/22/092947.png',
    expected: { status: 'READ', plate: '서울12바5215' },
  },
  {
    file: 'electric.png',
    key: 'charging-bay/2026/11/22/113020.png',
    expected: { status: 'READ', plate: '361소9024' },
  },
  {
    file: 'empty-road.png',
    key: 'main-road/2026/11/22/040000.png',
    expected: { status: 'NO_PLATE', reasonCode: 'VEHICLE_PLATE_NOT_FOUND' },
  },
  {
    file: 'gif-named.jpg',
    key: 'gate-north/2026/11/22/081501.jpg',
    expected: { status: 'REJECTED', reasonCode: 'UNKNOWN_FILE_TYPE' },
  },
  {
    file: 'truncated.jpg',
    key: 'gate-north/2026/11/22/081502.jpg',
    expected: { status: 'REJECTED', reasonCode: 'UNREADABLE_HEADER' },
  },
  {
    file: 'empty.jpg',
    key: 'gate-north/2026/11/22/081503.jpg',
    expected: { status: 'REJECTED', reasonCode: 'EMPTY' },
  },
];

/** The bytes of a committed file. */
export function readSample(file: string): Uint8Array {
  return readFileSync(new URL(`pictures/${file}`, import.meta.url));
}

/**
 * Makes a JPEG of exactly this size with an intact truth: a sample with zeros after its end, which decoders
 * ignore.
 */
export function makeJpegOfSize(sizeBytes: number): Uint8Array {
  const picture = readSample('day.jpg');
  const truth = readTruth(picture);
  if (truth.kind !== 'truth' || picture.length > sizeBytes) {
    throw new RangeError(
      `A JPEG of ${sizeBytes} bytes is too small; the smallest possible has ${picture.length}.`,
    );
  }
  const padding = Buffer.alloc(sizeBytes - picture.length);
  return writeTruth(Buffer.concat([picture, padding]), truth);
}
