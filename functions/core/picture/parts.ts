/** Bytes in the parts in which they arrived. Joining them would hold them in memory twice. */
export type Parts = readonly Uint8Array[];

export function sizeOf(parts: Parts): number {
  return parts.reduce((sizeBytes, part) => sizeBytes + part.length, 0);
}

/**
 * The bytes from `start` up to `end`, or as many as there are: a view where they are in one part, otherwise a
 * copy.
 */
export function sliceOf(parts: Parts, start: number, end: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let partStart = 0;
  for (const part of parts) {
    if (partStart >= end) break;
    const partEnd = partStart + part.length;
    if (partEnd > start) pieces.push(part.subarray(Math.max(0, start - partStart), end - partStart));
    partStart = partEnd;
  }
  const [first] = pieces;
  return first && pieces.length === 1 ? first : Buffer.concat(pieces);
}

/** A view of these bytes only: the buffer of a Uint8Array can be a pool that others share. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
