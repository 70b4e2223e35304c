import { Hono } from 'hono';
import * as z from 'zod';
import { keyOfVisit } from '../../../functions/adapters/visit-items.ts';
import { createVisitSearch } from '../../../functions/adapters/visit-search.ts';
import { carsOnSite, type CarOnSite, type ListedVisit } from '../../../functions/core/visit/cars-on-site.ts';
import type { TrackedVisit } from '../../../functions/core/visit/site-visits.ts';
import { agreedPlateOf } from '../../../functions/core/visit/visit.ts';
import { CommandError } from '../../terminal/command-error.ts';
import type { ConsoleSource } from '../console-source.ts';
import { summaryOf } from '../visit-summary.ts';
import { explainMissingTable } from './visits.ts';

const hourMs = 3600 * 1000;
const minuteMs = 60 * 1000;
const mostHours = 7 * 24;
const onSiteQuery = z.object({
  hours: z.coerce.number().int().min(1).max(mostHours).default(24),
  site: z.string().max(300).optional(),
});

/** Some seconds of DynamoDB; a stage with more visits in the span is looked through less far back. */
const mostVisits = 10_000;
const shownCars = 200;
/** The clock ends visits every minute, unless nothing follows the readings any more. */
const latestEndMs = 15 * minuteMs;

/** The cars that came in and have not gone out, and those that are being read now: `?hours=24&site=`. */
export function createOnSiteRoutes({ dynamodb, visitsTable }: ConsoleSource): Hono {
  const search = createVisitSearch(dynamodb, visitsTable, Date.now);

  /** Visits in progress; those of a stage that follows no readings any more never end. */
  async function readCurrent(nowMs: number) {
    const due = await search.dueSites();
    const followed = due.filter(({ dueAt }) => dueAt + latestEndMs > nowMs);
    const visits = await search.inProgress(followed.map(({ site }) => site));
    return { isFollowed: followed.length === due.length, visits };
  }

  async function read({ hours, site }: z.infer<typeof onSiteQuery>) {
    const nowMs = Date.now();
    const since = new Date(nowMs - hours * hourMs).toISOString();
    const [listed, current] = await Promise.all([search.listed(since, mostVisits), readCurrent(nowMs)]);
    const currentVisits = new Map(current.visits.map((each) => [keyOfVisit(each).item, each]));
    const ended = listed.filter(({ item }) => !currentVisits.has(item));
    const all = [...ended, ...current.visits.map(listedOf)];
    const cars = carsOnSite(all, new Set(currentVisits.keys()));
    const shown = cars.filter((car) => site === undefined || car.site === site).slice(0, shownCars);
    const isComplete = listed.length < mostVisits;
    return {
      since: isComplete ? since : (listed.at(-1)?.openedAt ?? since),
      isComplete,
      isFollowed: current.isFollowed,
      sites: countSites(cars, all),
      cars: await describe(shown, currentVisits, nowMs),
    };
  }

  async function describe(
    cars: readonly CarOnSite[],
    current: ReadonlyMap<string, TrackedVisit>,
    nowMs: number,
  ) {
    const places = new Map(
      cars
        .flatMap(({ first, last }) => [first, last])
        .filter(({ item }) => !current.has(item))
        .map(({ site, item }) => [item, { site, item }]),
    );
    const stored = await search.get([...places.values()]);
    const visits = new Map([...current, ...stored.map((each) => [keyOfVisit(each).item, each] as const)]);
    return cars.flatMap(({ since, hasEntered, first, last }) => {
      const [came, seen] = [visits.get(first.item), visits.get(last.item)];
      if (!came || !seen) return [];
      const shown = summaryOf(seen, nowMs).isReviewed ? seen : came;
      return [
        {
          ...summaryOf(shown, nowMs),
          since,
          hasEntered,
          lastSeen: seen.visit.lastSeen,
          isInProgress: current.has(last.item),
          /** Whether it was read in a later visit than that with which it came in. */
          isSeenAgain: first.item !== last.item,
        },
      ];
    });
  }

  const routes = new Hono();
  routes.get('/', async (context) => {
    const parsed = onSiteQuery.safeParse(context.req.query());
    if (!parsed.success) {
      throw new CommandError('USAGE', `The hours are a number from 1 to ${mostHours}.`);
    }
    return context.json(await read(parsed.data).catch(explainMissingTable));
  });
  return routes;
}

function listedOf(tracked: TrackedVisit): ListedVisit {
  const { visit, openedAt } = tracked;
  const { enteredAt, leftAt } = visit;
  return {
    ...keyOfVisit(tracked),
    openedAt,
    plateKey: agreedPlateOf(visit).plateKey,
    ...(enteredAt !== undefined && { enteredAt }),
    ...(leftAt !== undefined && { leftAt }),
  };
}

/** How many cars each site has, and whether any of its cameras sees cars come or leave. */
function countSites(cars: readonly CarOnSite[], visits: readonly ListedVisit[]) {
  const carsOf = Map.groupBy(cars, ({ site }) => site);
  return [...Map.groupBy(visits, ({ site }) => site)]
    .map(([site, ofSite]) => ({
      site,
      cars: carsOf.get(site)?.length ?? 0,
      hasEntries: ofSite.some(({ enteredAt }) => enteredAt !== undefined),
      hasExits: ofSite.some(({ leftAt }) => leftAt !== undefined),
    }))
    .toSorted((one, other) => other.cars - one.cars || (one.site < other.site ? -1 : 1));
}
