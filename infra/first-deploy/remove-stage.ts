import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteTableCommand,
  paginateScan,
  ScanCommand,
  UpdateTableCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { DeleteBucketCommand, DeleteObjectsCommand, type S3Client } from '@aws-sdk/client-s3';
import { DeleteParametersCommand } from '@aws-sdk/client-ssm';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { CommandError } from '../../cli/terminal/command-error.ts';
import type { Clients } from './clients.ts';
import { bucketExists, describeStack, stackNameOf, tableExists } from './existing-resources.ts';
import { listVersions } from './list-versions.ts';
import { parameterOptions, type StackPackage } from './package-stack.ts';
import { runCommand } from './run-command.ts';
import { sampleFolder, type RunContext } from './run-context.ts';
import type { StepOutcome } from './steps.ts';

/** DynamoDB deletes a table with its indexes in a minute or so. */
const longestDeletionMs = 300_000;
const pollMs = 1000;

const placed = z.object({ key: z.string().optional() });

/**
 * Removes the stage with its tables, buckets and keys, but only if it holds nothing except what this script
 * uploaded. `isConfirmed` says that nobody needs to be asked.
 */
export async function removeStage(
  context: RunContext,
  clients: Pick<Clients, 'cloudFormation' | 'dynamodb' | 's3' | 'ssm'>,
  { tables, buckets, picturesBucket, readingsTable, enteredTables, keyParameters }: StackPackage,
  isConfirmed: boolean,
): Promise<StepOutcome<true>> {
  const { cloudFormation, dynamodb, s3, ssm } = clients;
  const existingBuckets = await existing(buckets, (name) => bucketExists(s3, name));
  const existingTables = await existing(tables, (name) => tableExists(dynamodb, name));
  const foreign =
    (await foreignObject(
      s3,
      existingBuckets.filter((name) => name === picturesBucket),
    )) ??
    (await foreignRecord(
      dynamodb,
      existingTables.filter((name) => name === readingsTable),
    )) ??
    (await enteredItem(
      dynamodb,
      existingTables.filter((name) => enteredTables.includes(name)),
    ));
  if (foreign !== undefined) {
    return {
      kind: 'failed',
      sentence: `The stage holds data that this script did not make, such as ${foreign}, so nothing was removed.`,
      advice: 'docs/remove-a-stage.md says how to remove a stage that was in use.',
    };
  }
  if (!isConfirmed && !(await askToRemove(context, [...existingTables, ...existingBuckets]))) {
    return {
      kind: 'warning',
      sentence: 'Nothing was removed.',
      advice: 'Run again to remove it.',
      value: true,
    };
  }
  // A stage dev deletes its buckets with the stack, and CloudFormation deletes only empty ones.
  for (const name of existingBuckets) await emptyBucket(s3, name);
  if ((await describeStack(cloudFormation, context.stage)) !== undefined) {
    const status = await runCommand(context, 'osls', ['remove', ...parameterOptions(context)]);
    if (status !== 0) {
      return {
        kind: 'failed',
        sentence: `osls remove ended with status ${status}; the lines above say why.`,
        advice: 'Look at the events of the stack in the CloudFormation console, and run the script again.',
      };
    }
  }
  for (const name of existingTables) await deleteTable(dynamodb, name, context.interrupt);
  for (const name of existingBuckets) {
    if (await bucketExists(s3, name)) await s3.send(new DeleteBucketCommand({ Bucket: name }));
  }
  if (keyParameters.length > 0) await ssm.send(new DeleteParametersCommand({ Names: [...keyParameters] }));
  const sentence = `The stack ${stackNameOf(context.stage)}, its tables, its buckets and its keys are gone.`;
  return { kind: 'ok', sentence, value: true };
}

async function existing(
  names: readonly string[],
  exists: (name: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of names) if (await exists(name)) found.push(name);
  return found;
}

/** An object that this script did not upload; undefined where there is none. */
async function foreignObject(s3: S3Client, buckets: readonly string[]): Promise<string | undefined> {
  for (const bucket of buckets) {
    for await (const page of listVersions(s3, bucket)) {
      const foreign = page.find(({ key }) => !key.startsWith(sampleFolder));
      if (foreign !== undefined) return `s3://${bucket}/${foreign.key}`;
    }
  }
  return undefined;
}

/** The picture of a record that this script did not cause. */
async function foreignRecord(
  dynamodb: DynamoDBClient,
  tables: readonly string[],
): Promise<string | undefined> {
  for (const table of tables) {
    const request = {
      TableName: table,
      ProjectionExpression: '#key',
      ExpressionAttributeNames: { '#key': 'key' },
      ConsistentRead: true,
    };
    for await (const page of paginateScan({ client: dynamodb }, request)) {
      for (const item of page.Items ?? []) {
        const { key = '' } = placed.parse(unmarshall(item));
        if (!key.startsWith(sampleFolder)) return `the record of ${key}`;
      }
    }
  }
  return undefined;
}

/** A table in which somebody entered something; this script never does. */
async function enteredItem(dynamodb: DynamoDBClient, tables: readonly string[]): Promise<string | undefined> {
  for (const table of tables) {
    const { Count: count = 0 } = await dynamodb.send(new ScanCommand({ TableName: table, Limit: 1 }));
    if (count > 0) return `an item of the table ${table}`;
  }
  return undefined;
}

async function askToRemove(
  { stage, region, interrupt }: RunContext,
  names: readonly string[],
): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const question = `Remove the stage ${stage} in ${region} with ${names.join(', ')}? Type its name: `;
    return (await terminal.question(question, { signal: interrupt })).trim() === stage;
  } finally {
    terminal.close();
  }
}

async function emptyBucket(s3: S3Client, bucket: string): Promise<void> {
  for await (const page of listVersions(s3, bucket)) {
    if (page.length === 0) continue;
    const objects = page.map(({ key, versionId }) => ({
      Key: key,
      ...(versionId !== undefined && { VersionId: versionId }),
    }));
    const { Errors: errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }),
    );
    const [refused] = errors;
    if (refused === undefined) continue;
    throw new CommandError(
      'NOT_DELETED',
      `S3 did not delete ${refused.Key ?? 'an object'} of ${bucket}: ${refused.Message ?? refused.Code ?? 'no reason'}.`,
    );
  }
}

async function deleteTable(dynamodb: DynamoDBClient, name: string, interrupt: AbortSignal): Promise<void> {
  if (!(await tableExists(dynamodb, name))) return;
  await dynamodb.send(new UpdateTableCommand({ TableName: name, DeletionProtectionEnabled: false }));
  await dynamodb.send(new DeleteTableCommand({ TableName: name }));
  const deadlineMs = Date.now() + longestDeletionMs;
  // Not the SDK's waiter: it knows the answer for a missing table by its name, which the client explains instead.
  while (await tableExists(dynamodb, name)) {
    if (Date.now() > deadlineMs)
      throw new CommandError('NOT_DELETED', `DynamoDB still deletes the table ${name}.`);
    await delay(pollMs, undefined, { signal: interrupt });
  }
}
