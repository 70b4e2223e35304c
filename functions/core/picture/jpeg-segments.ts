import { sliceOf, viewOf, type Parts } from './parts.ts';

/** One segment of a JPEG's header; its payload, without marker and length, is from `start` up to `end`. */
type JpegSegment = { readonly marker: number; readonly start: number; readonly end: number };

/**
 * How many segments, chunks and bytes of padding are read. A camera writes what matters among the first; a
 * hostile picture can have millions.
 */
export const maxSteps = 10_000;

/**
 * The segments before the start of the scan (ITU-T T.81, B.1.1). Throws a RangeError where the file ends
 * within one.
 */
export function* jpegSegments(parts: Parts): Generator<JpegSegment> {
  const startOfScan = 0xffda;
  let at = 2;
  for (let step = 0; step < maxSteps; step += 1) {
    const head = viewOf(sliceOf(parts, at, at + 4));
    const marker = head.getUint16(0);
    if (head.getUint8(0) !== 0xff || marker === startOfScan) return;
    // Any number of fill bytes can precede a marker.
    if (marker === 0xffff) {
      at += 1;
      continue;
    }
    const end = at + 2 + head.getUint16(2);
    yield { marker, start: at + 4, end };
    at = end;
  }
}
