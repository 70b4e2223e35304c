import { compareTexts } from '../search/compare-texts.ts';
import { plateDistance } from '../search/plate-distance.ts';

/** What the list of all visits says of one. */
export type ListedVisit = {
  readonly site: string;
  /** The sort key of the visit in its table. */
  readonly item: string;
  /** ISO 8601 in UTC with milliseconds. */
  readonly openedAt: string;
  readonly plateKey: string;
  readonly enteredAt?: string;
  readonly leftAt?: string;
};

/** A car that is at a site, as far as its cameras know. */
export type CarOnSite = {
  readonly site: string;
  /** Since when it is known to be there: when it came in or, where no entry camera saw that, its first read. */
  readonly since: string;
  readonly hasEntered: boolean;
  /** The visit with which it came, and the last one in which it was read. */
  readonly first: ListedVisit;
  readonly last: ListedVisit;
};

/** A read at an exit and one at an entry are of one car if their texts differ by this much at most. */
const sameCarDistance = 1;

/**
 * The cars that came in and have not gone out, and those that are being read at the moment, of every site.
 * `visits` are those of a span, in any order; `currentItems` are the sort keys of those in progress. A visit
 * ends some minutes after its last read, so a car that stays has other visits later.
 */
export function carsOnSite(
  visits: readonly ListedVisit[],
  currentItems: ReadonlySet<string>,
): readonly CarOnSite[] {
  return [...Map.groupBy(visits, ({ site }) => site).values()]
    .flatMap((ofSite) => carsOfSite(ofSite, currentItems))
    .toSorted(
      (one, other) => compareTexts(other.since, one.since) || compareTexts(one.first.item, other.first.item),
    );
}

type Step = { readonly at: string; readonly kind: 'in' | 'seen' | 'out'; readonly visit: ListedVisit };

function carsOfSite(visits: readonly ListedVisit[], currentItems: ReadonlySet<string>): CarOnSite[] {
  // By the plate of the visit with which each came.
  const inside = new Map<string, CarOnSite>();
  for (const { at, kind, visit } of visits.flatMap(stepsOf).toSorted(compareSteps)) {
    const { site, plateKey } = visit;
    if (kind === 'in') {
      inside.set(plateKey, { site, since: at, hasEntered: true, first: visit, last: visit });
      continue;
    }
    const known = carOf(inside, visit);
    if (kind === 'out') {
      if (known !== undefined) inside.delete(known.first.plateKey);
    } else if (known !== undefined) inside.set(known.first.plateKey, { ...known, last: visit });
    else if (currentItems.has(visit.item)) {
      inside.set(plateKey, { site, since: at, hasEntered: false, first: visit, last: visit });
    }
  }
  return [...inside.values()];
}

function stepsOf(visit: ListedVisit): Step[] {
  const { openedAt, enteredAt, leftAt } = visit;
  if (enteredAt === undefined && leftAt === undefined) return [{ at: openedAt, kind: 'seen', visit }];
  return [
    ...(enteredAt === undefined ? [] : [{ at: enteredAt, kind: 'in', visit } as const]),
    ...(leftAt === undefined ? [] : [{ at: leftAt, kind: 'out', visit } as const]),
  ];
}

const kindOrder = { in: 0, seen: 1, out: 2 } as const;

function compareSteps(one: Step, other: Step): number {
  return (
    compareTexts(one.at, other.at) ||
    kindOrder[one.kind] - kindOrder[other.kind] ||
    compareTexts(one.visit.item, other.visit.item)
  );
}

/** The car inside that a visit is of: the one with its plate, else the latest one with nearly its plate. */
function carOf(inside: ReadonlyMap<string, CarOnSite>, { plateKey }: ListedVisit): CarOnSite | undefined {
  return (
    inside.get(plateKey) ??
    [...inside.values()]
      .filter(({ first }) => isNear(first.plateKey, plateKey))
      .toSorted((one, other) => compareTexts(other.since, one.since))[0]
  );
}

/** Compares lengths and characters first: most plates are far apart, and their distance takes longer. */
function isNear(one: string, other: string): boolean {
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
  if (shorter.length === longer.length) {
    const different = Array.from(shorter).filter((character, at) => character !== longer[at]).length;
    // Two look-alikes cost as much as one other character.
    if (different > 2) return false;
  } else if (longer.length - shorter.length > 1 && !longer.endsWith(shorter)) return false;
  return plateDistance(one, other) <= sameCarDistance;
}
