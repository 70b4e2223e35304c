import * as z from 'zod/mini';

/**
 * A schema of four corners in pixels, from the picture's top-left corner, clockwise from the plate's
 * top-left.
 */
export function boxOf<Coordinate extends z.core.$ZodType>(coordinate: Coordinate) {
  return z.object({
    x1: coordinate,
    y1: coordinate,
    x2: coordinate,
    y2: coordinate,
    x3: coordinate,
    y3: coordinate,
    x4: coordinate,
    y4: coordinate,
  });
}

/** A box in pixels of the uploaded picture. */
export const box = boxOf(z.number());
export type Box = Readonly<z.infer<typeof box>>;

/** One plate as the endpoint returned it; `confidence` is 0 to 1. */
export const plateRead = z.object({ plate: z.string(), confidence: z.number(), box });
export type PlateRead = Readonly<z.infer<typeof plateRead>>;

/** One plate in a record. A plate that is kept as a hash only has no text, and says what its text said. */
export const storedRead = z.object({
  plate: z.exactOptional(z.string()),
  plateHash: z.exactOptional(z.string()),
  needsReview: z.exactOptional(z.boolean()),
  confidence: z.number(),
  box,
});
export type StoredRead = Readonly<z.infer<typeof storedRead>>;

/** The read to show first: the one with the highest confidence, the vendor's first where two are equal. */
export function bestOf(plates: readonly [PlateRead, ...PlateRead[]]): PlateRead {
  return plates.reduce((best, read) => (read.confidence > best.confidence ? read : best));
}
