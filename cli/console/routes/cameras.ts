import { Hono } from 'hono';
import pLimit from 'p-limit';
import * as z from 'zod';
import { createRecordSearch } from '../../../functions/adapters/record-search.ts';
import { koreaDayOf, otherCameras, type UsageIncrement } from '../../../functions/core/record/usage.ts';
import { compareTexts } from '../../../functions/core/search/compare-texts.ts';
import { readWaitingPictures } from '../../aws/waiting-pictures.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { hoursOf, mayGlare, missSharesOf } from '../../usage/camera-hours.ts';
import { totalOf } from '../../usage/usage-summary.ts';
import type { ConsoleSource } from '../console-source.ts';
import type { ReadDays } from '../usage-reader.ts';

const dayMs = 24 * 3600 * 1000;
const queriesAtOnce = 20;
/** Each camera is two queries; a stage with more cameras shows the first ones by name. */
const shownCameras = 200;
const mostWaiting = 100;

const camerasQuery = z.object({ days: z.coerce.number().int().min(1).max(31).default(7) });

/** What each camera counted in the last days, by hour of capture, with what waits and when it was last seen. */
export function createCamerasRoutes({ dynamodb, readingsTable }: ConsoleSource, readDays: ReadDays): Hono {
  const search = createRecordSearch(dynamodb, readingsTable, Date.now);

  async function lastSeenOf(camera: string): Promise<string | undefined> {
    const newest = search.query({ index: 'byCamera', value: camera, span: {}, pageSize: 1 });
    for await (const { capturedAt } of newest) return capturedAt;
    return undefined;
  }

  async function describe(camera: string, items: readonly UsageIncrement[]) {
    const hours = hoursOf(items);
    const missShares = missSharesOf(hours);
    const [lastSeen, waiting] =
      camera === otherCameras
        ? [undefined, []]
        : await Promise.all([
            lastSeenOf(camera),
            readWaitingPictures(dynamodb, readingsTable, { camera, most: mostWaiting }),
          ]);
    const { pictures, reads, noPlates, unreadable } = totalOf(items);
    const counts = { pictures, reads, noPlates, unreadable, waiting: waiting.length };
    return { camera, ...counts, lastSeen, hours, missShares, mayGlare: mayGlare(missShares) };
  }

  const routes = new Hono();
  routes.get('/', async (context) => {
    const parsed = camerasQuery.safeParse(context.req.query());
    if (!parsed.success) throw new CommandError('USAGE', 'The days are a number from 1 to 31.');
    const nowMs = Date.now();
    const usage = await readDays({
      firstDay: koreaDayOf(nowMs - (parsed.data.days - 1) * dayMs),
      lastDay: koreaDayOf(nowMs),
    });
    const limit = pLimit(queriesAtOnce);
    const all = [...Map.groupBy(usage, ({ camera }) => camera)].toSorted(([one], [other]) =>
      compareTexts(one, other),
    );
    const cameras = await Promise.all(
      all.slice(0, shownCameras).map(([camera, items]) => limit(() => describe(camera, items))),
    );
    return context.json({ cameras, isComplete: all.length <= shownCameras });
  });
  return routes;
}
