import { setTimeout as delay } from 'node:timers/promises';
import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { compress } from 'hono/compress';
import * as z from 'zod/mini';
import { createRecordSearch } from '../../functions/adapters/record-search.ts';
import { koreaDayOf } from '../../functions/core/record/usage.ts';
import type { PictureRecord } from '../../functions/core/record/record.ts';
import { readUsage } from '../aws/usage-items.ts';
import { CommandError } from '../terminal/command-error.ts';
import { readLists } from '../watch-lists/stored-list.ts';
import type { ConsoleSource } from './console-source.ts';
import { faultOf, statusOf } from './error-answer.ts';
import { cookieNameOf, refuse, safetyHeaders, sessionPath, type GuardedConsole } from './guard.ts';
import { createListMatches } from './list-matches.ts';
import { createLiveFeed, type LiveFeed } from './live-feed.ts';
import type { PageFiles } from './page-files.ts';
import { createCamerasRoutes } from './routes/cameras.ts';
import { createListsRoutes } from './routes/lists.ts';
import { createLiveRoutes } from './routes/live.ts';
import { createOnSiteRoutes } from './routes/on-site.ts';
import { createPictureRoutes } from './routes/picture.ts';
import { createReviewRoutes } from './routes/review.ts';
import { createSearchRoutes } from './routes/search.ts';
import { createUploadRoutes } from './routes/uploads.ts';
import { createUsageRoutes } from './routes/usage.ts';
import { createVisitsRoutes } from './routes/visits.ts';
import { createWaitingRoutes } from './routes/waiting.ts';
import { createUsageReader } from './usage-reader.ts';

/** The pages that the browser's address can name; the page itself shows which one. */
const pagePaths = [
  '/',
  '/search',
  '/picture',
  '/visits',
  '/on-site',
  '/review',
  '/waiting',
  '/usage',
  '/cameras',
  '/lists',
  '/upload',
] as const;

const pollIntervalMs = 1000;
const dayMs = 24 * 3600 * 1000;

const tokenBody = z.object({ token: z.string() });

/** The console as a function from requests to answers. `onBug` gets errors that no sentence explains. */
export function createConsoleApp(deps: {
  readonly source: ConsoleSource;
  readonly guarded: GuardedConsole;
  readonly page: PageFiles;
  readonly onBug: (error: unknown) => void;
}) {
  const { source, guarded, page, onBug } = deps;
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(safetyHeaders)) context.header(name, value);
  });
  app.use(compress());
  app.onError((error, context) => {
    const fault = faultOf(error);
    if (fault.code === 'BUG') onBug(error);
    return context.json(fault, statusOf(fault.code));
  });
  app.notFound((context) => context.json({ code: 'NO_PAGE', message: 'The console has no such page.' }, 404));
  app.post(sessionPath, async (context) => {
    const body = tokenBody.safeParse(await context.req.json().catch(() => undefined));
    const session = body.success ? guarded.access.exchange(body.data.token) : undefined;
    if (session === undefined)
      return context.json({ code: 'WRONG_TOKEN', message: 'The address was used already.' }, 401);
    setCookie(context, cookieNameOf(guarded.port()), session, {
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
    });
    return context.json({});
  });
  app.get('/api/about', (context) => context.json({ stage: source.stage, writer: source.writer }));
  app.route('/api/live', createLiveRoutes(createFeed(source, onBug)));
  app.route('/api/lists', createListsRoutes(source));
  app.route('/api/search', createSearchRoutes(source));
  app.route('/api/picture', createPictureRoutes(source));
  const readDays = createUsageReader(source.dynamodb, source.usageTable, Date.now);
  app.route('/api/cameras', createCamerasRoutes(source, readDays));
  app.route(
    '/api/uploads',
    createUploadRoutes(source, (error) => {
      const fault = faultOf(error);
      if (fault.code === 'BUG') onBug(error);
      return fault;
    }),
  );
  app.route('/api/usage', createUsageRoutes(readDays));
  app.route('/api/waiting', createWaitingRoutes(source, readDays));
  app.route('/api/review', createReviewRoutes(source));
  app.route('/api/visits', createVisitsRoutes(source));
  app.route('/api/on-site', createOnSiteRoutes(source));
  for (const [path, file] of page) app.get(path, () => fileAnswer(file));
  for (const path of pagePaths) app.get(path, () => fileAnswer(page.get('/index.html')));

  return {
    fetch: (request: Request): Response | Promise<Response> => {
      const refusal = refuse(request, guarded);
      if (refusal === undefined) return app.fetch(request);
      const { status, ...fault } = refusal;
      return Response.json(fault, { status, headers: safetyHeaders });
    },
  };
}

function fileAnswer(file: { readonly body: Uint8Array; readonly contentType: string } | undefined): Response {
  if (file === undefined) throw new CommandError('NO_PAGE', 'The page was not bundled.');
  return new Response(Buffer.from(file.body), { headers: { 'Content-Type': file.contentType } });
}

function createFeed(
  { dynamodb, usageTable, listsTable, readingsTable }: ConsoleSource,
  onBug: (error: unknown) => void,
): LiveFeed {
  const search = createRecordSearch(dynamodb, readingsTable, Date.now);
  const faultWithBug = (error: unknown) => {
    const fault = faultOf(error);
    if (fault.code === 'BUG') onBug(error);
    return fault;
  };
  return createLiveFeed({
    readCounters: () => {
      const nowMs = Date.now();
      return readUsage(dynamodb, usageTable, {
        firstDay: koreaDayOf(nowMs - dayMs),
        lastDay: koreaDayOf(nowMs),
      });
    },
    readNewest: async (value, count) => {
      const records: PictureRecord[] = [];
      for await (const record of search.query({
        index: 'byCamera',
        value,
        span: {},
        pageSize: count,
      })) {
        records.push(record);
        if (records.length === count) break;
      }
      return records;
    },
    lists: createListMatches({
      readLists: () => readLists({ dynamodb, tableName: listsTable }),
      now: Date.now,
      faultOf: faultWithBug,
    }),
    now: Date.now,
    wait: () => delay(pollIntervalMs, undefined, { ref: false }),
    faultOf: faultWithBug,
  });
}
