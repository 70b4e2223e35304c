import { setTimeout as delay } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { readRecord } from '../../cli/aws/stored-record.ts';
import { amount } from '../../cli/terminal/amount.ts';
import { startProgress } from '../../cli/terminal/progress.ts';
import { imageIdOf } from '../../functions/core/message/uploaded-object.ts';
import type { PictureRecord } from '../../functions/core/record/record.ts';
import { readSample, samples, type Sample } from '../local/samples/samples.ts';
import type { Clients } from './clients.ts';
import type { StageOutputs } from './deploy-stack.ts';
import { sampleFolder, type RunContext } from './run-context.ts';
import type { StepOutcome } from './steps.ts';

const pollMs = 1000;

type Uploaded = Sample & { readonly imageId: string };
type Read = { readonly sample: Uploaded; readonly record: PictureRecord };

/** Uploads the drawn samples, and waits until each has its final record. No plate is noted. */
export async function trySamples(
  context: RunContext,
  { s3, dynamodb }: Pick<Clients, 's3' | 'dynamodb'>,
  { PicturesBucketName: bucket, ReadingsTableName: table }: StageOutputs,
): Promise<StepOutcome<true>> {
  const folder = runFolder(context);
  const uploaded: Uploaded[] = [];
  for (const sample of samples) {
    const key = `${folder}${sample.file}`;
    const { VersionId: versionId, ETag: etag = '' } = await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: readSample(sample.file) }),
    );
    const bytes = !versionId ? { etag: etag.replaceAll('"', '') } : { versionId };
    uploaded.push({ ...sample, imageId: imageIdOf(bucket, key, bytes) });
  }
  context.transcript.note(`  Uploaded ${amount(uploaded.length, 'sample')} to s3://${bucket}/${folder}`);
  const read = await waitForRecords(context, dynamodb, table, uploaded);
  const waiting = uploaded.filter((sample) => !read.some((each) => each.sample === sample));
  if (waiting.length > 0) {
    const causes = await Promise.all(waiting.map((sample) => causeOf(dynamodb, table, sample)));
    return {
      kind: 'failed',
      sentence: `${waiting.length} of ${amount(uploaded.length, 'sample')} have no final record after ${context.patienceMs / 1000} seconds: ${causes.join('; ')}.`,
      advice:
        "Look at the function's log and at docs/runbook.md. A picture that waits is tried again by itself; " +
        'run the script again later, or with a longer --wait-seconds.',
    };
  }
  const differing = read
    .filter((each) => !isAsDrawn(each))
    .map(({ sample, record }) => describe(sample, record));
  if (differing.length > 0) {
    return {
      kind: 'warning',
      sentence: `Every sample has its final record, but ${differing.join('; ')}.`,
      advice: 'The pipeline works. Ask for the reader: another endpoint may read drawn pictures otherwise.',
      value: true,
    };
  }
  const sentence = `All ${amount(uploaded.length, 'sample')} have the record that they must have.`;
  return { kind: 'ok', sentence, value: true };
}

/** The folder of this run's objects. */
export function runFolder({ startedAt }: Pick<RunContext, 'startedAt'>): string {
  return `${sampleFolder}${startedAt.toISOString().replaceAll(/[:.-]/g, '')}/`;
}

/** The final records until all are there or the patience ends. */
async function waitForRecords(
  { patienceMs, interrupt, transcript }: RunContext,
  dynamodb: DynamoDBClient,
  table: string,
  uploaded: readonly Uploaded[],
): Promise<readonly Read[]> {
  const startedMs = Date.now();
  const read: Read[] = [];
  const progress = startProgress('samples read', uploaded.length);
  try {
    while (read.length < uploaded.length && Date.now() - startedMs < patienceMs) {
      for (const sample of uploaded.filter((each) => !read.some((known) => known.sample === each))) {
        const record = await readRecord(dynamodb, table, sample.imageId);
        if (record === undefined || record.status === 'PENDING') continue;
        read.push({ sample, record });
        transcript.note(
          `  ${sample.file} is ${record.status} after ${((Date.now() - startedMs) / 1000).toFixed(1)} seconds.`,
        );
        progress.update(read.length);
      }
      if (read.length < uploaded.length) await delay(pollMs, undefined, { signal: interrupt });
    }
  } finally {
    progress.stop();
  }
  return read;
}

/** Why a sample has no final record, as far as the table knows. */
async function causeOf(
  dynamodb: DynamoDBClient,
  table: string,
  { file, imageId }: Uploaded,
): Promise<string> {
  const record = await readRecord(dynamodb, table, imageId);
  if (record === undefined) return `${file} has no record at all, so the function did not get it`;
  const { reason } = record;
  return reason === undefined ? `${file} is in work` : `${file} waits (${reason.code}: ${reason.message})`;
}

function isAsDrawn({ sample: { expected }, record }: Read): boolean {
  return (
    record.status === expected.status &&
    (expected.status === 'READ'
      ? record.plate === expected.plate
      : record.reason?.code === expected.reasonCode)
  );
}

function describe({ file, expected }: Sample, { status, reason }: PictureRecord): string {
  if (status === 'READ' && expected.status === 'READ') return `${file} has another plate than the drawn one`;
  return `${file} is ${status}${reason === undefined ? '' : ` (${reason.code})`} instead of ${expected.status}`;
}
