import { Hono } from 'hono';
import * as z from 'zod';
import { createRecordSearch } from '../../../functions/adapters/record-search.ts';
import { classifyPlate } from '../../../functions/core/plate/classify-plate.ts';
import { isOnAnyList } from '../../../functions/core/privacy/hide-plates.ts';
import type { PictureRecord, Review } from '../../../functions/core/record/record.ts';
import { decide, type Decision } from '../../../functions/core/record/review.ts';
import { readRecord } from '../../aws/stored-record.ts';
import { readLists } from '../../watch-lists/stored-list.ts';
import { CommandError } from '../../terminal/command-error.ts';
import type { ConsoleSource } from '../console-source.ts';
import { reviewedMeanwhile, writeReview } from '../review-writer.ts';

/** A page of pictures to review; when it is done, the browser asks for the next. */
const pageLength = 50;

/** A plate has at most 9 characters; people type blanks between them. */
const longestPlate = 30;

const decisionBody = z.object({
  id: z.string().max(3000),
  decision: z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['confirm', 'reject', 'reopen']) }),
    z.object({ kind: z.literal('correct'), plate: z.string().max(longestPlate) }),
  ]),
  /** Of the record that the person saw: when it was read, and when somebody decided, if anybody has. */
  readAt: z.string().optional(),
  reviewedAt: z.string().optional(),
});

/** The pictures that a person should look at, the newest first, and what the person decides. */
export function createReviewRoutes({ dynamodb, readingsTable, listsTable, writer }: ConsoleSource): Hono {
  const source = createRecordSearch(dynamodb, readingsTable, Date.now);

  async function seenRecord({ id, readAt, reviewedAt }: z.infer<typeof decisionBody>) {
    const record = await readRecord(dynamodb, readingsTable, id);
    if (!record) {
      throw new CommandError('NO_RECORD', 'There is no record of this picture, or it has expired.');
    }
    if (record.readAt !== readAt || record.review?.at !== reviewedAt) throw reviewedMeanwhile();
    return record;
  }

  /** Under privacy a record has no other plate as text. */
  async function refusePlateOnNoList(review: Review | undefined): Promise<void> {
    if (review?.decision !== 'corrected') return;
    const lists = await readLists({ dynamodb, tableName: listsTable });
    if (isOnAnyList(classifyPlate(review.plate).plateKey, lists)) return;
    throw new CommandError('PLATE_ON_NO_LIST', faultSentences['on-no-list']);
  }

  const routes = new Hono();
  routes.get('/', async (context) => {
    const records: PictureRecord[] = [];
    const query = { index: 'byReview', value: 'OPEN', span: {}, pageSize: pageLength + 1 } as const;
    for await (const record of source.query(query)) {
      records.push(record);
      if (records.length > pageLength) break;
    }
    return context.json({
      records: records.slice(0, pageLength),
      hasMore: records.length > pageLength,
    });
  });
  routes.post('/', async (context) => {
    const body = decisionBody.safeParse(await context.req.json().catch(() => undefined));
    if (!body.success) throw new CommandError('USAGE', 'That is no decision about a picture.');
    if (writer === undefined) throw new CommandError('READ_ONLY', 'The console only reads.');
    const record = await seenRecord(body.data);
    const decided = decide(record, body.data.decision satisfies Decision, { by: writer, nowMs: Date.now() });
    if (decided.kind === 'fault') throw new CommandError('USAGE', faultSentences[decided.fault]);
    if (record.privacy) await refusePlateOnNoList(decided.review);
    return context.json({ record: await writeReview(dynamodb, readingsTable, record, decided.review) });
  });
  return routes;
}

const faultSentences = {
  'no-read': 'There is no read to decide about.',
  'no-plate': 'That plate has no letters or digits.',
  'on-no-list':
    'The plate is on no list, and the stage keeps such plates as hashes only. Put it on a list first.',
} as const;
