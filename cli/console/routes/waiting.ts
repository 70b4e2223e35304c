import { Hono } from 'hono';
import pLimit from 'p-limit';
import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { koreaDayOf, otherCameras } from '../../../functions/core/record/usage.ts';
import { compareTexts } from '../../../functions/core/search/compare-texts.ts';
import { readWaitingPictures } from '../../aws/waiting-pictures.ts';
import { explainDeadLetters } from '../../dead-letters/explain-dead-letters.ts';
import { moveMessages } from '../../dead-letters/move-messages.ts';
import { readQueueState } from '../../dead-letters/queue-state.ts';
import type { ConsoleSource } from '../console-source.ts';
import type { ReadDays } from '../usage-reader.ts';

const dayMs = 24 * 3600 * 1000;
/** A message waits in a queue for at most 14 days. */
const daysOfQueue = 15;
const queriesAtOnce = 20;
/** Of one camera; more of them are shown as "at least". */
const mostOfCamera = 100;
const shownPictures = 100;
/** Looking hides messages, so the page looks at few. */
const lookedAtLetters = 100;

/** What waits and why, the dead letters, and their way back to the queue. */
export function createWaitingRoutes(source: ConsoleSource, readDays: ReadDays): Hono {
  const { dynamodb, sqs, readingsTable, queue, deadLetterQueue } = source;
  let moving: Promise<number> | undefined;

  async function knownCameras(): Promise<string[]> {
    const nowMs = Date.now();
    const usage = await readDays({
      firstDay: koreaDayOf(nowMs - (daysOfQueue - 1) * dayMs),
      lastDay: koreaDayOf(nowMs),
    });
    const cameras = new Set(usage.map(({ camera }) => camera));
    cameras.delete(otherCameras);
    return [...cameras];
  }

  async function readWaiting() {
    const cameras = await knownCameras();
    const limit = pLimit(queriesAtOnce);
    const found = await Promise.all(
      cameras.map((camera) =>
        limit(() => readWaitingPictures(dynamodb, readingsTable, { camera, most: mostOfCamera })),
      ),
    );
    const records = found.flat().toSorted(compareNextTries);
    return {
      reasons: countReasons(records),
      isComplete: found.every(({ length }) => length < mostOfCamera),
      pictures: records.slice(0, shownPictures),
    };
  }

  async function moveAll(): Promise<number> {
    const [from, to] = await Promise.all([readQueueState(sqs, deadLetterQueue), readQueueState(sqs, queue)]);
    let moved = 0;
    const move = {
      sourceUrl: from.url,
      destinationUrl: to.url,
      sentUntilMs: from.describedMs,
      perSecond: undefined,
    };
    for await (const step of moveMessages(sqs, move)) moved = step;
    return moved;
  }

  const routes = new Hono();
  routes.get('/', async (context) => {
    const [waiting, pictures, letters] = await Promise.all([
      readWaiting(),
      readQueueState(sqs, queue),
      readQueueState(sqs, deadLetterQueue),
    ]);
    return context.json({
      ...waiting,
      queued: pictures.messages,
      hidden: pictures.hiddenMessages,
      deadLetters: letters.messages + letters.hiddenMessages,
    });
  });
  routes.get('/dead-letters', async (context) => {
    const { url: queueUrl } = await readQueueState(sqs, deadLetterQueue);
    const looked = { queueUrl, readingsTable, limit: lookedAtLetters };
    return context.json(await explainDeadLetters({ sqs, dynamodb }, looked));
  });
  // A second request joins the first: two moves at once would hide messages from each other.
  routes.post('/redrive', async (context) => {
    moving ??= moveAll().finally(() => (moving = undefined));
    return context.json({ moved: await moving });
  });
  return routes;
}

function compareNextTries(one: PictureRecord, other: PictureRecord): number {
  return compareTexts(one.nextTryAt ?? '', other.nextTryAt ?? '') || compareTexts(one.imageId, other.imageId);
}

/** How many records have each reason, the most frequent first. */
function countReasons(records: readonly PictureRecord[]) {
  const known = records.flatMap(({ reason }) => reason ?? []);
  return [...Map.groupBy(known, ({ code }) => code).values()]
    .flatMap((reasons) => (reasons[0] ? [{ reason: reasons[0], pictures: reasons.length }] : []))
    .toSorted((one, other) => other.pictures - one.pictures);
}
