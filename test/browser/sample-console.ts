import { fileURLToPath } from 'node:url';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import {
  createDynamoDBClient,
  createS3Client,
  createSqsClient,
  createSsmClient,
} from '../../cli/aws/clients.ts';
import { resourcesOf } from '../../cli/aws/resources.ts';
import { startConsole } from '../../cli/console/start-console.ts';
import { createRecordSearch } from '../../functions/adapters/record-search.ts';
import type { PictureRecord } from '../../functions/core/record/record.ts';
import type { Fault } from '../../infra/local/aws/fault-proxy.ts';
import { startReadingEndpoint } from '../../infra/local/endpoint/reading-endpoint.ts';
import { readSample, samples } from '../../infra/local/samples/samples.ts';
import { startLocalStackWith } from '../../infra/local/stack.ts';
import { eventually } from '../eventually.ts';

/** A local stack that has read the samples from their pixels, and the console on it. */
export type SampleConsole = Awaited<ReturnType<typeof startSampleConsole>>;

const packageDirectory = fileURLToPath(new URL('../../.build/local', import.meta.url));

/** Starts both; needs the package, as `npm run package:local` makes it. */
export async function startSampleConsole() {
  const stack = await startLocalStackWith(startReadingEndpoint, {
    packageDirectory,
    environment: { KEY_TEMPLATE: '{camera}/{yyyy}/{MM}/{dd}/{HH}{mm}{ss}.*' },
  });
  const { gateway, dynamodb: tables, s3: pictures } = stack;
  const { region, credentials } = pictures.clientConfiguration;
  const connection = { endpointUrl: gateway.url, region, credentials };
  const [dynamodb, s3] = [createDynamoDBClient(connection), createS3Client(connection)];
  const sqs = createSqsClient(connection);
  const ssm = createSsmClient(connection);
  const { queue, deadLetterQueue, hashKeyParameter } = resourcesOf({ stage: 'local' });
  const bugs: unknown[] = [];
  const upload = async (key: string, bytes: Uint8Array): Promise<void> => {
    await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: key, Body: bytes }));
  };
  const recordOf = (key: string): Promise<PictureRecord> =>
    eventually(
      `the record of ${key}`,
      async () => {
        for await (const record of createRecordSearch(dynamodb, stack.tableName, Date.now).scan({})) {
          if (record.key === key && record.status !== 'PENDING') return record;
        }
        return undefined;
      },
      { patienceMs: 200_000 },
    );
  for (const { key, file } of samples) await upload(key, readSample(file));
  for (const { key } of samples) await recordOf(key);
  const start = (writer?: string) =>
    startConsole({
      source: {
        dynamodb,
        s3,
        sqs,
        ssm,
        queue,
        deadLetterQueue,
        hashKeyParameter,
        stage: 'local',
        writer,
        bucket: writer === undefined ? undefined : stack.bucket,
        readingsTable: stack.tableName,
        usageTable: stack.usageTableName,
        listsTable: stack.listsTableName,
        visitsTable: stack.visitsTableName,
      },
      port: 0,
      onBug: (error) => bugs.push(error),
    });
  return {
    stack,
    dynamodb,
    sqs,
    upload,
    /** Waits for the final record of a key. */
    recordOf,
    /** Every request to the tables fails so, until the returned function is called. */
    expireCredentials: (fault: Fault) => tables.fail({ fault, times: Infinity }),
    /** Errors that no sentence explains. */
    bugs,
    startConsole: start,
    stop: async () => {
      sqs.destroy();
      ssm.destroy();
      s3.destroy();
      dynamodb.destroy();
      await stack.stop();
    },
  };
}
