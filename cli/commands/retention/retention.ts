import { setTimeout as delay } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Command } from 'commander';
import { createRecordSearch } from '../../../functions/adapters/record-search.ts';
import { expiresAtEpochSeconds, isExpired } from '../../../functions/core/record/expiry.ts';
import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { createDynamoDBClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { createTokenBucket } from '../../aws/token-bucket.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { wholeNumber } from '../../options/whole-number.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { startCounter } from '../../terminal/progress.ts';

type RetentionOptions = { readonly days: number; readonly dryRun?: boolean; readonly rate: number };

/** What applying a retention did, or in a dry run would do, to the records of a table. */
type RetentionSummary = {
  readonly days: number;
  readonly dryRun: boolean;
  /** Records that had not expired. */
  readonly records: number;
  /** Of these, pictures that wait; they get their retention when they are read. */
  readonly waiting: number;
  readonly earlier: number;
  readonly later: number;
  /** Of those that expire earlier, the ones that expire at once. */
  readonly expired: number;
  /** Records that were deleted or read again while the command ran; they were not changed. */
  readonly overtaken: number;
};

/** Adds the command `plateline retention`. */
export function addRetention(program: Command): void {
  program
    .command('retention')
    .summary('apply a retention to stored records')
    .description(
      'Sets when each stored record expires: so many days after its picture was read. A deployment with another retentionDays applies to new records only. ' +
        'An expired record is never shown again, and DynamoDB deletes it within some days. The command reads the whole table. It can be stopped at any time and run again.',
    )
    .requiredOption('--days <number>', 'days to keep a record, 28 to 3650', wholeNumber(28, 3650))
    .option('--dry-run', 'write nothing; show what would change')
    .option('--rate <number>', 'records to write per second, 1 to 1000', wholeNumber(1, 1000), 100)
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  plateline retention --stage prod --days 30 --dry-run\n' +
        '  plateline retention --stage prod --days 30\n',
    )
    .action(async (options: RetentionOptions, command: Command) => {
      await applyRetention(options, command);
    });
}

async function applyRetention(
  { days, dryRun = false, rate }: RetentionOptions,
  command: Command,
): Promise<void> {
  const { stage, table, json, ...connection } = globalOptionsOf(command);
  const { readingsTable } = resourcesOf({ stage, table });
  const dynamodb = createDynamoDBClient(connection);
  const tokens = createTokenBucket({ perSecond: rate, now: () => performance.now(), sleep: delay });
  const counts = { records: 0, waiting: 0, earlier: 0, later: 0, expired: 0, overtaken: 0 };
  const counter = startCounter('records looked at');
  try {
    for await (const record of createRecordSearch(dynamodb, readingsTable, Date.now).scan({})) {
      counter.update(++counts.records);
      const { readAt, expiresAt } = record;
      if (record.status === 'PENDING' || readAt === undefined) {
        counts.waiting += 1;
        continue;
      }
      const expires = expiresAtEpochSeconds(Date.parse(readAt), days);
      if (expires === expiresAt) continue;
      if (!dryRun) {
        await tokens.take(1);
        if ((await write(dynamodb, readingsTable, record, expires)) === 'overtaken') {
          counts.overtaken += 1;
          continue;
        }
      }
      if (expiresAt !== undefined && expires > expiresAt) counts.later += 1;
      else counts.earlier += 1;
      if (isExpired({ expiresAt: expires }, Date.now())) counts.expired += 1;
    }
  } finally {
    counter.stop();
  }
  const summary = { days, dryRun, ...counts };
  process.stdout.write(json ? jsonDocument(summary) : describeSummary(summary));
}

/** Writes when a record expires; `overtaken` if it has been deleted or read again. */
async function write(
  dynamodb: DynamoDBClient,
  tableName: string,
  { imageId, readAt }: PictureRecord,
  expiresAt: number,
): Promise<'written' | 'overtaken'> {
  try {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: marshall({ imageId }),
        UpdateExpression: 'SET expiresAt = :expiresAt',
        ConditionExpression: 'readAt = :readAt',
        ExpressionAttributeValues: marshall({ ':expiresAt': expiresAt, ':readAt': readAt }),
      }),
    );
    return 'written';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'overtaken';
    throw error;
  }
}

function describeSummary(summary: RetentionSummary): string {
  const { days, dryRun, records, waiting, earlier, later, expired, overtaken } = summary;
  const count = (number: number) => number.toLocaleString('en');
  const changed = dryRun ? 'would expire' : 'expire';
  return (
    `Retention of ${count(days)} days, ${count(records)} records looked at: ` +
    `${count(earlier)} ${changed} earlier, ${count(expired)} of them at once, and ${count(later)} later.` +
    (waiting > 0 ? ` ${count(waiting)} pictures wait; they get their retention when they are read.` : '') +
    (overtaken > 0 ? ` ${count(overtaken)} were deleted or read again meanwhile.` : '') +
    (dryRun ? ' Nothing was written.' : '') +
    '\n'
  );
}
