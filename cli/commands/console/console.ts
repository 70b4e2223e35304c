import { once } from 'node:events';
import type { STSClient } from '@aws-sdk/client-sts';
import { InvalidArgumentError, type Command } from 'commander';
import * as z from 'zod/mini';
import { readCaller } from '../../aws/caller-name.ts';
import {
  createDynamoDBClient,
  createS3Client,
  createSqsClient,
  createSsmClient,
  createStsClient,
} from '../../aws/clients.ts';
import { picturesBucketOf, resourcesOf } from '../../aws/resources.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { wholeNumber } from '../../options/whole-number.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { listenForInterrupt } from '../../terminal/interrupt.ts';

type ConsoleOptions = {
  readonly port: number;
  readonly write?: true | undefined;
  readonly as?: string | undefined;
  readonly bucket?: string | undefined;
};

const listenError = z.object({ code: z.enum(['EADDRINUSE', 'EACCES']) });

/** Adds `plateline console`: a page in the browser, on this machine only. */
export function addConsole(program: Command): void {
  program
    .command('console')
    .summary('look at the readings in a browser')
    .description(
      'Serves a page on 127.0.0.1 that shows readings as they come, finds cars and shows pictures, until Ctrl-C. ' +
        'It uses your AWS credentials, and only reads unless you add --write; nothing is deployed. Open the address that it prints: it works once.',
    )
    .option('--port <number>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 9120)
    .option('--write', 'let the page change what a person may decide')
    .option(
      '--as <name>',
      'with --write: the name beside what you decide (default: the name of your AWS identity)',
      parseWriter,
    )
    .option('--bucket <name>', "with --write: where photos are uploaded to (default: the stage's own bucket)")
    .addHelpText(
      'after',
      '\nExamples:\n  plateline console --stage prod\n  plateline console --stage prod --write\n',
    )
    .action(async (options: ConsoleOptions, command: Command) => {
      await serveConsole(options, command);
    });
}

function parseWriter(name: string): string {
  const writer = name.trim();
  if (writer !== '' && writer.length <= 100) return writer;
  throw new InvalidArgumentError('A name has 1 to 100 characters.');
}

/** Under which name and to which bucket the console writes; neither where it only reads. */
async function writingOf(
  { write, as, bucket }: Omit<ConsoleOptions, 'port'>,
  stage: string,
  sts: STSClient,
): Promise<{ readonly writer: string | undefined; readonly bucket: string | undefined }> {
  if (!write) return { writer: undefined, bucket: undefined };
  if (as !== undefined && bucket !== undefined) return { writer: as, bucket };
  const { name, accountId } = await readCaller(sts);
  const ownBucket = picturesBucketOf(stage, accountId, await sts.config.region());
  return { writer: as ?? name, bucket: bucket ?? ownBucket };
}

async function serveConsole({ port, write, as, bucket }: ConsoleOptions, command: Command): Promise<void> {
  const { stage, table, ...connection } = globalOptionsOf(command);
  const { readingsTable, usageTable, visitsTable, listsTable, queue, deadLetterQueue, hashKeyParameter } =
    resourcesOf({ stage, table });
  if (as !== undefined && !write) throw new CommandError('USAGE', '--as needs --write.');
  if (bucket !== undefined && !write) throw new CommandError('USAGE', '--bucket needs --write.');
  const interrupt = listenForInterrupt();
  // Loading the bundler and the decoder takes longer than all that the other commands do.
  const { startConsole } = await import('../../console/start-console.ts');
  const source = {
    dynamodb: createDynamoDBClient(connection),
    s3: createS3Client(connection),
    sqs: createSqsClient(connection),
    ssm: createSsmClient(connection),
    stage,
    ...(await writingOf({ write, as, bucket }, stage, createStsClient(connection))),
    readingsTable,
    usageTable,
    listsTable,
    visitsTable,
    queue,
    deadLetterQueue,
    hashKeyParameter,
  };
  const running = await startConsole({
    source,
    port,
    onBug: (error) =>
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`),
  }).catch((error: unknown) => {
    const known = listenError.safeParse(error).data;
    if (known === undefined) throw error;
    throw new CommandError(
      'CANNOT_LISTEN',
      `Port ${port} is taken or refused (${known.code}). Name another with --port.`,
    );
  });
  process.stdout.write(`Open ${running.address}\n`);
  process.stderr.write('The address works once, on this machine only. Ctrl-C ends the console.\n');
  if (!interrupt.aborted) await once(interrupt, 'abort');
  await running.close();
}
