// npm run local: runs the whole stack on this machine and prints each record and event, until Ctrl-C.
import { createServer } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Command, Option } from 'commander';
import {
  createDynamoDBClient,
  createS3Client,
  createSqsClient,
  createSsmClient,
} from '../../cli/aws/clients.ts';
import { resourcesOf } from '../../cli/aws/resources.ts';
import { startConsole, type RunningConsole } from '../../cli/console/start-console.ts';
import { wholeNumber } from '../../cli/options/whole-number.ts';
import { closedOutputExitStatus, listenForClosedOutput } from '../../cli/terminal/closed-output.ts';
import { CommandError } from '../../cli/terminal/command-error.ts';
import { eventRow } from '../../cli/terminal/event-row.ts';
import { listenForInterrupt } from '../../cli/terminal/interrupt.ts';
import { runProgram } from '../../cli/terminal/run-program.ts';
import type { PlatelineEvent } from '../../functions/core/event/event.ts';
import type { PictureRecord } from '../../functions/core/record/record.ts';
import { subscribeToEvents } from './event-subscription.ts';
import { listenOnLoopback } from './loopback-server.ts';
import type { LocalEndpoint } from './endpoint/local-endpoint.ts';
import { headerRow, recordRow } from './record-rows.ts';
import type { LocalStack } from './stack.ts';
import { readSample, samples } from './samples/samples.ts';
import { localReaders, startPackagedStack, type LocalReader } from './packaged-stack.ts';
import { watchRecords } from './watch-records.ts';

type Options = {
  readonly firstPort: number;
  readonly reader: LocalReader;
  readonly log?: boolean;
  readonly empty?: boolean;
};

/** The stack needs seven ports in a row. */
const highestFirstPort = 65_529;

const program = new Command('npm run local --')
  .description('Runs the whole stack on this machine and prints each record and event, until Ctrl-C.')
  .option(
    '--first-port <port>',
    'first of seven ports in a row, on 127.0.0.1 only; 0 for any free ports',
    wholeNumber(0, highestFirstPort),
    9100,
  )
  .addOption(
    new Option('--reader <reader>', 'what reads the pictures').choices(localReaders).default('endpoint'),
  )
  .option('--log', "also print the function's log")
  .option('--empty', 'do not upload the sample pictures')
  .showHelpAfterError()
  .exitOverride()
  .action(keepUp);
// Before the stack starts, so that Ctrl-C can stop it at any time.
const interrupt = listenForInterrupt();
await runProgram(program);

async function keepUp({ firstPort, reader, log = false, empty = false }: Options): Promise<void> {
  const stack = await start(firstPort, reader, log);
  const dynamodb = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
  let page: RunningConsole | undefined;
  let subscription: Awaited<ReturnType<typeof subscribeToEvents>> | undefined;
  const closedOutput = listenForClosedOutput();
  const signal = AbortSignal.any([interrupt, closedOutput]);
  try {
    page = await startPage(stack, firstPort === 0 ? 0 : consolePort(firstPort));
    console.log(introduction(stack, page.address));
    subscription = await subscribeToEvents(stack);
    const showing = showEvents(subscription.events(signal));
    if (!empty) await uploadSamples(stack);
    await Promise.all([
      showing,
      showRecords(watchRecords(dynamodb, stack.tableName, { intervalMs: 1000, signal })),
    ]);
  } finally {
    await page?.close();
    subscription?.close();
    dynamodb.destroy();
    await stack.stop();
  }
  if (closedOutput.aborted) process.exitCode = closedOutputExitStatus;
}

async function showRecords(records: AsyncIterable<PictureRecord>): Promise<void> {
  for await (const record of records) {
    if (record.status !== 'PENDING' || record.reason !== undefined) console.log(recordRow(record));
  }
}

/** Without those of final records, which have rows of their own. */
async function showEvents(events: AsyncIterable<PlatelineEvent>): Promise<void> {
  for await (const event of events) {
    if (event.type !== 'reading.final') console.log(eventRow(event));
  }
}

function consolePort(firstPort: number): number {
  return firstPort + 6;
}

function startPage(stack: LocalStack<LocalEndpoint>, port: number): Promise<RunningConsole> {
  const { region, credentials } = stack.s3.clientConfiguration;
  const connection = { endpointUrl: stack.gateway.url, region, credentials };
  const { queue, deadLetterQueue, hashKeyParameter } = resourcesOf({ stage: 'local' });
  return startConsole({
    source: {
      // Without the two proxies between: a page can need 37 requests.
      dynamodb: createDynamoDBClient({
        ...connection,
        endpointUrl: stack.dynamodb.directClientConfiguration.endpoint,
      }),
      s3: createS3Client(connection),
      sqs: createSqsClient(connection),
      ssm: createSsmClient(connection),
      stage: 'local',
      writer: 'local',
      bucket: stack.bucket,
      readingsTable: stack.tableName,
      usageTable: stack.usageTableName,
      listsTable: stack.listsTableName,
      visitsTable: stack.visitsTableName,
      queue,
      deadLetterQueue,
      hashKeyParameter,
    },
    port,
    onBug: console.error,
  });
}

async function uploadSamples(stack: LocalStack<LocalEndpoint>): Promise<void> {
  const s3 = new S3Client(stack.s3.clientConfiguration);
  for (const { key, file } of samples) {
    await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: key, Body: readSample(file) }));
  }
  s3.destroy();
}

async function start(
  firstPort: number,
  reader: LocalReader,
  log: boolean,
): Promise<LocalStack<LocalEndpoint>> {
  const ports = {
    s3: firstPort,
    sqs: firstPort + 1,
    dynamodb: firstPort + 2,
    ssm: firstPort + 3,
    vehiclePlateEndpoint: firstPort + 4,
    gateway: firstPort + 5,
  };
  try {
    // Checked before the packaging, which takes many seconds.
    if (firstPort !== 0) await checkFree([...Object.values(ports), consolePort(firstPort)]);
    return await startPackagedStack(reader, {
      ...(firstPort !== 0 && { ports }),
      ...(log && { onOutput: console.log }),
    });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error;
    throw new CommandError(
      'PORT_TAKEN',
      `${error.message}. Choose other ports: npm run local -- --first-port 9200`,
      { cause: error },
    );
  }
}

/** Rejects with code `EADDRINUSE` if one of the ports is taken. */
async function checkFree(ports: number[]): Promise<void> {
  for (const port of ports) await (await listenOnLoopback(createServer(), port)).stop();
}

function introduction(stack: LocalStack<LocalEndpoint>, pageAddress: string): string {
  const {
    gateway,
    s3,
    sqs,
    dynamodb,
    ssm,
    vehiclePlateEndpoint,
    bucket,
    queueUrl,
    deadLetterQueueUrl,
    tableName,
  } = stack;
  const { region } = s3.clientConfiguration;
  return `Look at it  ${pageAddress}

Plateline is up on this machine. Ctrl-C stops it and deletes all its data. The address above works once.

  all services     ${gateway.url}
  S3               ${s3.url}   bucket ${bucket}
  SQS              ${sqs.url}   queue ${queueUrl}
                   dead-letter queue ${deadLetterQueueUrl}
  DynamoDB         ${dynamodb.url}   table ${tableName}
  Parameter Store  ${ssm.url}
  vehicle-plate    ${vehiclePlateEndpoint.url}

${vehiclePlateEndpoint.banner}

Upload a picture and look at its record, with these or any other credentials:

  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  aws s3 cp infra/local/samples/pictures/day.jpg s3://${bucket}/gate-north/picture.jpg --region ${region} --endpoint-url ${gateway.url}
  npx plateline find 123가4567 --stage local --region ${region} --endpoint-url ${gateway.url}
  npx plateline tail --stage local --region ${region} --endpoint-url ${gateway.url}

The lines with a time are events: visits, and matches of watch lists. With this one, the next such picture has a match:

  npx plateline watch add blocked 123가4567 --stage local --region ${region} --endpoint-url ${gateway.url}

${headerRow()}`;
}
