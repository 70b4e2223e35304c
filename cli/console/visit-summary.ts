import * as z from 'zod';
import { parseJson } from '../../functions/core/message/parse-json.ts';
import { hashInKey, plateTextOf } from '../../functions/core/privacy/plate-hash.ts';
import { attributesByRules } from '../../functions/core/record/build-record.ts';
import type { TrackedVisit } from '../../functions/core/visit/site-visits.ts';
import { agreedPlateOf } from '../../functions/core/visit/visit.ts';

/** As `matchKeyOf` writes it. */
const matchKey = z.tuple([z.string(), z.string().nullable()]);

/** So long after its last read a visit has ended, even if nobody has said so: it is the longest gap. */
const longestGapMs = 24 * 3600 * 1000;
const shownOtherTexts = 3;

/** What the page shows of a visit. */
export function summaryOf({ visit, changedAtMs, isEndAnnounced, matchKeys }: TrackedVisit, nowMs: number) {
  const { visitId, site, firstSeen, lastSeen, enteredAt, leftAt, reads, cameras, texts } = visit;
  const { plateKey, best } = agreedPlateOf(visit);
  return {
    ...{ visitId, site, plateKey, firstSeen, lastSeen, enteredAt, leftAt, reads, cameras },
    plate: textOf(best.plate),
    plateClass: hashInKey(best.plate) === undefined ? attributesByRules(best.plate).plateClass : undefined,
    /** Whether a person said what the plate is. */
    isReviewed: best.isReviewed === true,
    /** Other texts that were read of the car. */
    otherPlates: texts
      .filter((text) => text.plateKey !== plateKey)
      .map((text) => textOf(text.best.plate))
      .slice(0, shownOtherTexts),
    isInProgress: !isEndAnnounced && changedAtMs + longestGapMs > nowMs,
    lists: matchKeys.flatMap(listOf),
    imageId: best.imageId,
    /** Which of the picture's plates; absent for what a person said, which is about the best one. */
    place: /#(\d+)$/.exec(best.readId)?.[1],
  };
}

/** The plate, or the beginning of its hash where the stage keeps only that. */
function textOf(plate: string): string {
  return plateTextOf({ plateHash: hashInKey(plate) }) ?? plate;
}

/** The watch list that reported the visit; a stranger is on no entry of it. */
function listOf(key: string) {
  const parsed = matchKey.safeParse(parseJson(key)).data;
  return parsed ? [{ list: parsed[0], isStranger: parsed[1] === null }] : [];
}
