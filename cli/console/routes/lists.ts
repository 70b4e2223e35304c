import { buffer } from 'node:stream/consumers';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import pLimit from 'p-limit';
import * as z from 'zod';
import { createRecordSearch } from '../../../functions/adapters/record-search.ts';
import { cameraNameOf } from '../../../functions/core/capture/camera-name.ts';
import { classifyPlate } from '../../../functions/core/plate/classify-plate.ts';
import {
  listKinds,
  strengths,
  type WatchEntry,
  type WatchList,
} from '../../../functions/core/watch-list/watch-list.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { applyImport, planImport } from '../../watch-lists/import-list.ts';
import { listCsv } from '../../watch-lists/list-csv.ts';
import { listNameOf, listNameRule } from '../../watch-lists/list-name.ts';
import { listNamed } from '../../watch-lists/list-named.ts';
import {
  configureList,
  findList,
  putEntry,
  readLists,
  removeEntry,
  type ListsTable,
} from '../../watch-lists/stored-list.ts';
import { readEntry } from '../../watch-lists/written-entry.ts';
import type { ConsoleSource } from '../console-source.ts';

/** Each shown entry costs one small query, for when it was last seen. */
const pageLength = 50;
const queriesAtOnce = 20;
/** About 100,000 plates. */
const mostFileBytes = 5_000_000;
const shownOfPlan = 20;

const listName = z.string().transform((text, context) => {
  const name = listNameOf(text);
  if (name !== undefined) return name;
  context.addIssue({ code: 'custom', message: listNameRule });
  return z.NEVER;
});
const cameras = z.array(z.string().trim().min(1).max(256).transform(cameraNameOf)).max(100);
const cell = z.string().max(1000);

const listBody = z.object({ list: listName, kind: z.enum(listKinds), strength: z.enum(strengths), cameras });
const entryBody = z.object({
  list: listName,
  plate: cell,
  ...{ note: cell, from: cell, until: cell, days: cell, hours: cell },
  cameras,
});
const entriesQuery = z.object({
  list: listName,
  find: cell.default(''),
  skip: z.coerce.number().int().min(0).default(0),
});
const removalQuery = z.object({ list: listName, plate: cell });
const importQuery = z.object({
  list: listName,
  replace: z.literal('1').optional(),
  dryRun: z.literal('1').optional(),
});

/** The watch lists and their entries, and what `plateline watch` does with them. */
export function createListsRoutes({ dynamodb, readingsTable, listsTable }: ConsoleSource): Hono {
  const table: ListsTable = { dynamodb, tableName: listsTable };
  const search = createRecordSearch(dynamodb, readingsTable, Date.now);

  /** When the plate itself was read last; look-alikes are not searched for. */
  async function lastSeenOf({ plateKey }: WatchEntry): Promise<string | undefined> {
    const newest = search.query({ index: 'byPlate', value: plateKey, span: {}, pageSize: 1 });
    for await (const { capturedAt } of newest) return capturedAt;
    return undefined;
  }

  const routes = new Hono();
  routes.get('/', async (context) => {
    const lists = await readLists(table);
    return context.json({
      lists: lists.map(({ entries, ...settings }) => ({ ...settings, entries: entries.length })),
    });
  });
  routes.get('/entries', async (context) => {
    const { list: name, find, skip } = parsed(entriesQuery, context.req.query());
    const { entries, ...settings } = await listNamed(table, name);
    const found = entries.filter((entry) => isFound(entry, find));
    const limit = pLimit(queriesAtOnce);
    const shown = await Promise.all(
      found
        .slice(skip, skip + pageLength)
        .map((entry) => limit(async () => ({ ...entry, lastSeen: await lastSeenOf(entry) }))),
    );
    return context.json({ ...settings, entries: shown, found: found.length, total: entries.length });
  });
  routes.get('/export', async (context) => {
    const { list: name } = parsed(z.object({ list: listName }), context.req.query());
    const bytes = await buffer(listCsv(await listNamed(table, name)));
    return new Response(bytes, {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}.csv`,
      },
    });
  });
  addWrites(routes, table);
  return routes;
}

/** The guard lets none of these through without `--write`. */
function addWrites(routes: Hono, table: ListsTable): void {
  routes.post('/', async (context) => {
    const { list, cameras: listCamera, ...change } = parsed(listBody, await bodyOf(context.req));
    if (await findList(table, list))
      throw new CommandError('LIST_EXISTS', `There is a list ${list} already.`);
    await configureList(table, list, { ...change, listCamera });
    return context.json({ list });
  });
  routes.post('/entries', async (context) => {
    const { list: name, ...cells } = parsed(entryBody, await bodyOf(context.req));
    const read = readEntry(cells, await listNamed(table, name), Date.now());
    if (read.kind === 'refused') throw new CommandError(`ENTRY_${read.code}`, read.message);
    return context.json({ entry: read.entry, replaced: await putEntry(table, name, read.entry) });
  });
  routes.delete('/entries', async (context) => {
    const { list: name, plate } = parsed(removalQuery, context.req.query());
    const { plateKey } = classifyPlate(plate);
    return context.json({ plateKey, removed: await removeEntry(table, name, plateKey) });
  });
  const limit = bodyLimit({
    maxSize: mostFileBytes,
    onError: () => {
      throw new CommandError('TOO_LARGE', `A file of plates has at most ${mostFileBytes} bytes.`);
    },
  });
  routes.post('/import', limit, async (context) => {
    const { list: name, replace, dryRun } = parsed(importQuery, context.req.query());
    const before: WatchList = await listNamed(table, name);
    const bytes = new Uint8Array(await context.req.arrayBuffer());
    const options = { replace: replace !== undefined, change: {} };
    const plan = planImport(name, before, bytes, options, Date.now());
    if (dryRun === undefined) await applyImport(table, plan, {});
    const { added, replaced, removed, refused, isStopped } = plan;
    return context.json({
      ...{ added: added.length, replaced: replaced.length, removed: removed.length, isStopped },
      refused: refused.slice(0, pageLength),
      refusedLines: refused.length,
      examples: added.slice(0, shownOfPlan),
    });
  });
}

function isFound({ plateKey, note = '' }: WatchEntry, find: string): boolean {
  const wanted = find.normalize('NFC').trim().toLowerCase();
  const plate = wanted.replaceAll(/[\s-]/g, '');
  return plateKey.toLowerCase().includes(plate) || note.toLowerCase().includes(wanted);
}

function bodyOf(request: { readonly json: () => Promise<unknown> }): Promise<unknown> {
  return request.json().catch(() => undefined);
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const isName = result.error.issues.some(({ path }) => path[0] === 'list');
  throw isName
    ? new CommandError('LIST_NAME', listNameRule)
    : new CommandError('USAGE', 'That is no request about a watch list.');
}
