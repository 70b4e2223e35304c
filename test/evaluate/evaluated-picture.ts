import type { Box } from '../../functions/core/record/plate-read.ts';

/** One picture whose plates are known. */
export type EvaluatedPicture = {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The kind of its first plate, such as `two rows`; what the tables group by. */
  readonly kind: string;
  /** Every plate that a person can read in it; empty where there is none. */
  readonly plates: readonly string[];
  /**
   * The corners of the first plate, in pixels from the picture's top-left corner; absent where nobody marked
   * them.
   */
  readonly box?: Box;
};
