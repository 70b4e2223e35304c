import { Hono } from 'hono';
import * as z from 'zod';
import { createVisitSearch, type VisitPosition } from '../../../functions/adapters/visit-search.ts';
import { parseJson } from '../../../functions/core/message/parse-json.ts';
import { hashInKey } from '../../../functions/core/privacy/plate-hash.ts';
import { parseWantedPlate } from '../../../functions/core/search/wanted-plate.ts';
import { parseTimeSpan } from '../../options/time-span.ts';
import { CommandError } from '../../terminal/command-error.ts';
import type { ConsoleSource } from '../console-source.ts';
import { summaryOf } from '../visit-summary.ts';

const filled = z
  .string()
  .trim()
  .max(300)
  .transform((text) => (text === '' ? undefined : text))
  .optional();

const visitsQuery = z.object({
  /** A whole plate. */
  plate: filled,
  site: filled,
  since: filled,
  until: filled,
  after: z.string().max(4000).optional(),
});

const position = z.tuple([z.string(), z.string().startsWith('visit#'), z.iso.datetime()]);

/** What the page of visits shows at first, and adds with each "show more". */
const pageLength = 30;
/** What the choice of sites can hold. */
const offeredSites = 500;

/** Visits of a site, of a plate or all, by when they began, the newest first; and the names of the sites. */
export function createVisitsRoutes({ dynamodb, visitsTable }: ConsoleSource): Hono {
  const search = createVisitSearch(dynamodb, visitsTable, Date.now);
  const routes = new Hono();
  routes.get('/', async (context) => {
    const parsed = visitsQuery.safeParse(context.req.query());
    if (!parsed.success) throw new CommandError('USAGE', 'The selection is too long.');
    const { plate, site, after } = parsed.data;
    const nowMs = Date.now();
    const parsedSpan = parseTimeSpan(parsed.data, nowMs);
    if (parsedSpan.kind === 'fault') throw new CommandError('USAGE', parsedSpan.message);
    const found = await search
      .find({
        plateKey: plate && plateKeyOf(plate),
        site,
        span: parsedSpan.span,
        after: after === undefined ? undefined : positionOf(after, site),
        length: pageLength,
      })
      .catch(explainMissingTable);
    return context.json({
      visits: found.visits.map((tracked) => summaryOf(tracked, nowMs)),
      ...(found.after && { after: tokenOf(found.after) }),
    });
  });
  routes.get('/sites', async (context) =>
    context.json({ sites: await search.sites(offeredSites).catch(explainMissingTable) }),
  );
  return routes;
}

/** A stage that was deployed before there were visits lacks the table or its index. */
export function explainMissingTable(error: unknown): never {
  if (error instanceof CommandError && (error.code === 'NO_TABLE' || error.code === 'NO_INDEX')) {
    throw new CommandError('NO_VISITS', 'This stage has no visits yet. Deploy it again, with events=true.', {
      cause: error,
    });
  }
  throw error;
}

/** Of what a person typed, or of a record whose plate is kept as a hash. */
function plateKeyOf(plate: string): string {
  if (hashInKey(plate) !== undefined) return plate;
  const parsed = parseWantedPlate({ plate });
  if (parsed.kind === 'wanted' && parsed.wanted.kind === 'exact' && !/^\d{1,4}$/.test(plate)) {
    return parsed.wanted.plateKey;
  }
  throw new CommandError('WHOLE_PLATE', 'Visits are found by a whole plate; the page Search finds parts.');
}

function tokenOf({ site, item, moment }: VisitPosition): string {
  return Buffer.from(JSON.stringify([site, item, moment])).toString('base64url');
}

function positionOf(token: string, ofSite: string | undefined): VisitPosition {
  const parsed = position.safeParse(parseJson(Buffer.from(token, 'base64url').toString())).data;
  if (parsed === undefined || (ofSite !== undefined && parsed[0] !== ofSite)) {
    throw new CommandError('USAGE', 'That is no place in this list of visits.');
  }
  const [site, item, moment] = parsed;
  return { site, item, moment };
}
