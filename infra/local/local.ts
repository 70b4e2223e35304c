// npm run local: keeps the whole stack up on this machine and shows each record as it arrives, until Ctrl-C.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LocalStackError } from './local-stack-error.ts';
import { listenOnLoopback } from './loopback-server.ts';
import { listenForLostReader, lostReaderStatus } from './endpoint/lost-reader.ts';
import { startPackagedStack } from './template/packaged-stack.ts';
import { headerRow, readingRow } from './reading-rows.ts';
import type { LocalStack } from './stack.ts';
import { watchReadings } from './watch-readings.ts';

const usage = `Keeps Plateline's stack up on this machine and shows each record as it arrives.

  npm run local -- [--first-port 9100] [--log]

  --first-port N   the first of six ports in a row, on 127.0.0.1 only; 0 takes free ones
  --log            show the function's log too
`;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  let firstAt: number | undefined;
  process.on(signal, () => {
    interrupted.abort();
    firstAt ??= Date.now();
    // npm passes a terminal's Ctrl-C on, so that a single one arrives twice; a real second one comes later and forces the end.
    if (Date.now() - firstAt > 500) process.exit(1);
  });
}

const options = readOptions(process.argv.slice(2));
if (options !== undefined) await keepUp(options);

function readOptions(args: string[]): { firstPort: number; log: boolean } | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        'first-port': { type: 'string', default: '9100' },
        log: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const firstPort = Number(values['first-port']);
    if (!Number.isInteger(firstPort) || firstPort < 0 || firstPort > 65530) {
      throw new RangeError('--first-port must be a whole number from 0 to 65530.');
    }
    if (!values.help) return { firstPort, log: values.log };
    console.log(usage);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    process.exitCode = 2;
  }
  return undefined;
}

async function keepUp({ firstPort, log }: { firstPort: number; log: boolean }): Promise<void> {
  const stack = await start(firstPort, log);
  if (stack === undefined) return;
  const dynamodb = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
  const lostReader = listenForLostReader();
  const signal = AbortSignal.any([interrupted.signal, lostReader]);
  try {
    console.log(introduction(stack));
    for await (const reading of watchReadings(dynamodb, stack.tableName, { intervalMs: 1000, signal })) {
      if (reading.status !== 'PENDING' || reading.reason !== undefined) console.log(readingRow(reading));
    }
  } finally {
    dynamodb.destroy();
    await stack.stop();
  }
  if (lostReader.aborted) process.exitCode = lostReaderStatus;
}

async function start(firstPort: number, log: boolean): Promise<LocalStack | undefined> {
  const ports = {
    s3: firstPort,
    sqs: firstPort + 1,
    dynamodb: firstPort + 2,
    ssm: firstPort + 3,
    vehiclePlateEndpoint: firstPort + 4,
    gateway: firstPort + 5,
  };
  try {
    // A taken port is told at once, not after the packaging.
    if (firstPort !== 0) await checkFree(Object.values(ports));
    return await startPackagedStack({
      ...(firstPort !== 0 && { ports }),
      ...(log && { onOutput: console.log }),
    });
  } catch (error) {
    if (error instanceof LocalStackError) {
      console.error(error.message);
    } else if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      console.error(`${error.message}. Choose other ports: npm run local -- --first-port 9200`);
    } else {
      throw error;
    }
    process.exitCode = 1;
    return undefined;
  }
}

/** Rejects with code `EADDRINUSE` if one of the ports is taken. */
async function checkFree(ports: number[]): Promise<void> {
  for (const port of ports) await (await listenOnLoopback(createServer(), port)).stop();
}

function introduction({
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
}: LocalStack): string {
  const { region } = s3.clientConfiguration;
  return `Plateline is up on this machine. Ctrl-C ends it, and nothing is kept.

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

The same bytes uploaded to the same key again are a duplicate here, where the bucket has no versions; on AWS they make a new version and a new record.

${headerRow()}`;
}
