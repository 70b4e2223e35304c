import { Hono } from 'hono';
import * as z from 'zod';
import { createRecordSearch } from '../../../functions/adapters/record-search.ts';
import { findRecords } from '../../../functions/core/search/find-records.ts';
import { lookupFor } from '../../../functions/core/search/plate-lookup.ts';
import {
  parseToken,
  positionOf,
  tokenOf,
  type FoundRecord,
} from '../../../functions/core/search/search-position.ts';
import type { TimeSpan } from '../../../functions/core/search/time-span.ts';
import {
  distanceTo,
  parseWantedPlate,
  type WantedPlate,
} from '../../../functions/core/search/wanted-plate.ts';
import { wantedInStage, type SearchNote } from '../../aws/plate-hash.ts';
import { parseTimeSpan } from '../../options/time-span.ts';
import { CommandError } from '../../terminal/command-error.ts';
import type { ConsoleSource } from '../console-source.ts';

const filled = z
  .string()
  .trim()
  .max(200)
  .transform((text) => (text === '' ? undefined : text))
  .optional();

const searchQuery = z.object({
  /** A plate, a part with * and ?, or the last four digits. */
  plate: filled,
  alike: z.literal('1').optional(),
  camera: filled,
  since: filled,
  until: filled,
  after: z.string().max(4000).optional(),
});

/** The note says which plates the search leaves out. */
type Found = { readonly found: readonly FoundRecord[]; readonly note?: SearchNote };

type Wanted = { readonly query: z.infer<typeof searchQuery>; readonly span: TimeSpan };

/** What a page of results shows. */
const pageLength = 30;
/** What the page calls look-alikes: two parts of syllables, or one other character. */
const alikeDistance = 1;

/** The pictures of a plate or of a camera, by an index; a search that would read the whole table is refused. */
export function createSearchRoutes({ dynamodb, ssm, readingsTable, hashKeyParameter }: ConsoleSource): Hono {
  const source = createRecordSearch(dynamodb, readingsTable, Date.now);

  async function find({ query: { plate, alike, camera, after }, span }: Wanted): Promise<Found> {
    const position = after === undefined ? undefined : parseToken(after);
    if (plate === undefined) {
      if (camera === undefined) throw new CommandError('USAGE', 'Type a plate, or choose a camera.');
      return { found: await newestOf(camera, span, position) };
    }
    const typed = wantedPlateOf(plate, alike !== undefined);
    const { wanted, note } = await wantedInStage(ssm, hashKeyParameter, typed);
    const cameras = camera === undefined ? [] : [camera];
    const lookup = lookupFor(wanted, { cameras, scan: false });
    if (lookup.kind === 'none') {
      throw new CommandError(
        'NO_INDEX_HELPS',
        'This part of a plate would need the whole table. Choose a camera, or end it in four digits.',
      );
    }
    const nearestFirst = wanted.kind === 'look-alikes';
    const search = { lookup, distanceTo: distanceTo(wanted), nearestFirst, cameras, span, after: position };
    const found = await findRecords(source, search, pageLength + 1, () => undefined);
    return { found, ...(note && { note }) };
  }

  async function newestOf(value: string, span: TimeSpan, after: ReturnType<typeof parseToken>) {
    const found: FoundRecord[] = [];
    const pageSize = pageLength + 1;
    for await (const record of source.query({ index: 'byCamera', value, span, after, pageSize })) {
      found.push({ distance: 0, record });
      if (found.length === pageSize) break;
    }
    return found;
  }

  const routes = new Hono();
  routes.get('/', async (context) => {
    const parsed = searchQuery.safeParse(context.req.query());
    if (!parsed.success) throw new CommandError('USAGE', 'The search is too long.');
    const parsedSpan = parseTimeSpan(parsed.data, Date.now());
    if (parsedSpan.kind === 'fault') throw new CommandError('USAGE', parsedSpan.message);
    const { found, note } = await find({ query: parsed.data, span: parsedSpan.span });
    const shown = found.slice(0, pageLength);
    const last = found.length > shown.length ? shown.at(-1) : undefined;
    const after = last && tokenOf(positionOf(last));
    return context.json({ found: shown, ...(after !== undefined && { after }), ...(note && { note }) });
  });
  return routes;
}

function wantedPlateOf(plate: string, isAlike: boolean): WantedPlate {
  const isLastFour = /^\d{4}$/.test(plate);
  const parsed = parseWantedPlate(
    isLastFour
      ? { lastFour: plate }
      : { plate, ...(isAlike && !/[*?]/.test(plate) && { maxDistance: alikeDistance }) },
  );
  if (parsed.kind === 'wanted') return parsed.wanted;
  throw new CommandError('USAGE', 'That plate has no letters or digits to search for.');
}
