import { normalFormOf } from '../../functions/core/plate/plate-normal-form.ts';
import type { Box, PlateRead } from '../../functions/core/record/plate-read.ts';
import type { EvaluatedPicture } from './evaluated-picture.ts';

/** A part of a whole, for tables: `right` of `all`. */
export type Share = { readonly right: number; readonly all: number };

/** What a reader got right over a set of pictures. */
export type Score = {
  /** Plates read exactly, among all plates that a person can read. */
  readonly exact: Share;
  /** The same for the first plate of each picture, by its kind. */
  readonly exactByKind: ReadonlyMap<string, Share>;
  /** First plates with a read whose bounds overlap the true ones by at least half (IoU 0.5). */
  readonly located: Share;
  /** Pictures without a plate in which a plate was read with confidence 0.5 or more. */
  readonly falseReads: Share;
  /** Reads that are exactly a plate of their picture, by confidence from 0 to 1 in steps of a tenth. */
  readonly rightByConfidence: readonly { readonly from: number; readonly share: Share }[];
  /** The same of all reads with a confidence of 0.8 or more. */
  readonly rightWhenSure: Share;
};

type Counter = { right: number; all: number };

/**
 * Scores reads against the truth; pictures are scored one at a time, so that a set need not fit into memory.
 */
export function createScore(): {
  add(picture: EvaluatedPicture, reads: readonly PlateRead[]): void;
  result(): Score;
} {
  const exact: Counter = { right: 0, all: 0 };
  const exactByKind = new Map<string, Counter>();
  const located: Counter = { right: 0, all: 0 };
  const falseReads: Counter = { right: 0, all: 0 };
  const byConfidence = Array.from({ length: 10 }, (): Counter => ({ right: 0, all: 0 }));
  const rightWhenSure: Counter = { right: 0, all: 0 };

  return {
    add({ kind, plates, box }, reads) {
      const truth = plates.map(normalFormOf);
      const texts = new Set(reads.map(({ plate }) => normalFormOf(plate)));
      const [first] = truth;
      if (first === undefined) {
        count(
          falseReads,
          reads.some(({ confidence }) => confidence >= 0.5),
        );
      } else {
        const ofKind = exactByKind.get(kind) ?? { right: 0, all: 0 };
        exactByKind.set(kind, ofKind);
        count(ofKind, texts.has(first));
        for (const plate of truth) count(exact, texts.has(plate));
        if (box)
          count(
            located,
            reads.some((read) => overlap(read.box, box) >= 0.5),
          );
      }
      for (const { plate, confidence } of reads) {
        const isRight = truth.includes(normalFormOf(plate));
        const bucket = byConfidence[Math.min(9, Math.floor(confidence * 10))];
        if (bucket) count(bucket, isRight);
        if (confidence >= 0.8) count(rightWhenSure, isRight);
      }
    },
    result: () => ({
      exact,
      exactByKind,
      located,
      falseReads,
      rightByConfidence: byConfidence.map((share, index) => ({ from: index / 10, share })),
      rightWhenSure,
    }),
  };
}

function count(counter: Counter, isRight: boolean): void {
  counter.all += 1;
  if (isRight) counter.right += 1;
}

type Bounds = {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};

/** Intersection over union of the upright bounds of two boxes, 0 to 1. */
function overlap(one: Box, other: Box): number {
  const [a, b] = [boundsOf(one), boundsOf(other)];
  const width = Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left));
  const height = Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  const shared = width * height;
  return shared / (areaOf(a) + areaOf(b) - shared || 1);
}

function boundsOf({ x1, y1, x2, y2, x3, y3, x4, y4 }: Box): Bounds {
  return {
    left: Math.min(x1, x2, x3, x4),
    top: Math.min(y1, y2, y3, y4),
    right: Math.max(x1, x2, x3, x4),
    bottom: Math.max(y1, y2, y3, y4),
  };
}

function areaOf({ left, top, right, bottom }: Bounds): number {
  return (right - left) * (bottom - top);
}
