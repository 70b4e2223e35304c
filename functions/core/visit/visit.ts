import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { compareTexts } from '../search/compare-texts.ts';
import { plateDistance } from '../search/plate-distance.ts';
import type { CameraRole, SiteSettings } from './site-settings.ts';

/** One plate that one picture shows. */
const sighting = z.object({
  /** The picture, and the place of the plate among those of the picture. */
  readId: z.string(),
  imageId: z.string(),
  camera: z.string(),
  /** ISO 8601 in UTC with milliseconds. */
  capturedAt: z.string(),
  /** The raw read, and its form for search; both are the index key of a plate that is kept as a hash. */
  plate: z.string(),
  plateKey: z.string(),
  /** 0 to 1. */
  confidence: z.number(),
  /** Whether a person should look at the picture. */
  needsReview: z.boolean(),
  /** Present where a person said it: it counts more than any number of reads. */
  isReviewed: z.exactOptional(z.literal(true)),
});
export type Sighting = Readonly<z.infer<typeof sighting>>;

/** All reads of one text. */
const supportedText = z.object({
  plateKey: z.string(),
  reads: z.number(),
  /** The read with the highest confidence; the earliest of several. */
  best: sighting,
});

/** The stay of one car at one site. */
export const visit = z.object({
  /** Derived from the first read that arrived; merged visits keep the id that was announced. */
  visitId: z.string(),
  site: z.string(),
  /** ISO 8601 in UTC with milliseconds. */
  firstSeen: z.string(),
  lastSeen: z.string(),
  /** The first time at an entry camera, and the last time at an exit camera. */
  enteredAt: z.exactOptional(z.string()),
  leftAt: z.exactOptional(z.string()),
  reads: z.number(),
  /** Sorted by name. */
  cameras: z.readonly(z.array(z.string())),
  /** Sorted by `plateKey`. */
  texts: z.readonly(z.array(supportedText)),
});
export type Visit = Readonly<z.infer<typeof visit>>;

/** The visit that a single read makes. */
export function visitOf(site: string, role: CameraRole, read: Sighting): Visit {
  const { readId, plateKey, camera, capturedAt } = read;
  const digest = createHash('sha256')
    .update(JSON.stringify([site, readId]))
    .digest('hex');
  return {
    visitId: digest.slice(0, 24),
    site,
    firstSeen: capturedAt,
    lastSeen: capturedAt,
    ...(role === 'entry' && { enteredAt: capturedAt }),
    ...(role === 'exit' && { leftAt: capturedAt }),
    reads: 1,
    cameras: [camera],
    texts: [{ plateKey, reads: 1, best: read }],
  };
}

/**
 * Whether two visits of one site are one: no gap is between them, and a text of one is close to a text of the
 * other. More reads never make it false, so that the order in which reads arrive does not matter.
 */
export function isSameVisit(
  one: Visit,
  other: Visit,
  settings: Pick<SiteSettings, 'visitGapMs' | 'samePlateDistance'>,
): boolean {
  const [earlier, later] = one.firstSeen <= other.firstSeen ? [one, other] : [other, one];
  if (Date.parse(later.firstSeen) - Date.parse(earlier.lastSeen) > settings.visitGapMs) return false;
  return one.texts.some((text) =>
    other.texts.some(
      (otherText) => plateDistance(text.plateKey, otherText.plateKey) <= settings.samePlateDistance,
    ),
  );
}

/** Both visits as one, under the id of the first one. */
export function mergeVisits(kept: Visit, absorbed: Visit): Visit {
  const texts = new Map(kept.texts.map((text) => [text.plateKey, text]));
  for (const text of absorbed.texts) {
    const known = texts.get(text.plateKey);
    texts.set(
      text.plateKey,
      known ? { ...text, reads: known.reads + text.reads, best: betterOf(known.best, text.best) } : text,
    );
  }
  const [enteredAt] = [kept.enteredAt, absorbed.enteredAt]
    .filter((moment) => moment !== undefined)
    .toSorted();
  const leftAt = [kept.leftAt, absorbed.leftAt]
    .filter((moment) => moment !== undefined)
    .toSorted()
    .at(-1);
  return {
    visitId: kept.visitId,
    site: kept.site,
    firstSeen: kept.firstSeen < absorbed.firstSeen ? kept.firstSeen : absorbed.firstSeen,
    lastSeen: kept.lastSeen > absorbed.lastSeen ? kept.lastSeen : absorbed.lastSeen,
    ...(enteredAt !== undefined && { enteredAt }),
    ...(leftAt !== undefined && { leftAt }),
    reads: kept.reads + absorbed.reads,
    cameras: [...new Set([...kept.cameras, ...absorbed.cameras])].toSorted(compareTexts),
    texts: [...texts.values()].toSorted((one, other) => compareTexts(one.plateKey, other.plateKey)),
  };
}

/** The plate of a visit: the text that its reads support best. */
type AgreedPlate = {
  readonly plateKey: string;
  /** Reads of this text, and of its lower line alone. */
  readonly support: number;
  /** The best picture. */
  readonly best: Sighting;
};

const lowerLine = /^[가-힣]\d{4}$/;

/**
 * The text that most reads support: two reads that agree beat one with more confidence. A read of a lower line
 * alone supports every text that ends in it.
 */
export function agreedPlateOf({ texts }: Visit): AgreedPlate {
  const supported = texts.map(({ plateKey, reads, best }) => ({
    plateKey,
    best,
    support: texts
      .filter((other) => lowerLine.test(other.plateKey) && plateKey !== other.plateKey)
      .filter((other) => plateKey.endsWith(other.plateKey))
      .reduce((sum, other) => sum + other.reads, reads),
  }));
  return supported.reduce((best, text) => {
    const order =
      Number(text.best.isReviewed === true) - Number(best.best.isReviewed === true) ||
      text.support - best.support ||
      text.plateKey.length - best.plateKey.length ||
      text.best.confidence - best.best.confidence;
    return order > 0 ? text : best;
  });
}

/** Whether the plate of a visit can be acted upon before the visit ends. */
export function isCertain(visit: Visit): boolean {
  const { support, best } = agreedPlateOf(visit);
  return support > 1 || !best.needsReview;
}

function betterOf(one: Sighting, other: Sighting): Sighting {
  if (one.isReviewed !== other.isReviewed) return one.isReviewed ? one : other;
  if (one.confidence !== other.confidence) return one.confidence > other.confidence ? one : other;
  const order = compareTexts(one.capturedAt, other.capturedAt) || compareTexts(one.readId, other.readId);
  return order <= 0 ? one : other;
}
