// npm run demo: reads every sample picture through the whole stack; exits with status 1 if a record is wrong.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Command, Option } from 'commander';
import { closedOutputExitStatus, listenForClosedOutput } from '../../cli/terminal/closed-output.ts';
import { runProgram } from '../../cli/terminal/run-program.ts';
import type { Box } from '../../functions/core/record/plate-read.ts';
import type { PictureRecord } from '../../functions/core/record/record.ts';
import { boundsOf, cornersOf, overlapOf } from '../../functions/plate-reader/quadrilateral.ts';
import { playGateDay } from './gate-day.ts';
import { localReaders, startPackagedStack, type LocalReader } from './packaged-stack.ts';
import { readTruth } from './endpoint/picture-truth.ts';
import { headerRow, recordRow } from './record-rows.ts';
import { makeOddPictures } from './samples/odd-pictures.ts';
import { makeJpegOfSize, readSample, samples, type Sample } from './samples/samples.ts';
import { watchRecords } from './watch-records.ts';

/** For all records together; preparing the odd pictures takes the longest. */
const deadlineMs = 120_000;

type Picture = {
  key: string;
  bytes: Uint8Array;
  expected: Sample['expected'];
  /** Of the plate; absent where the picture's own truth has it. */
  box?: Box;
};

/** Larger than the endpoint takes, so that the function compresses it. */
const large: Picture = {
  key: 'gate-north/2026/11/22/081504.jpg',
  bytes: makeJpegOfSize(5 * 1024 * 1024 + 1),
  expected: { status: 'READ', plate: '123가4567' },
};

const usualPictures: readonly Picture[] = [
  ...samples.map(({ key, file, expected }) => ({ key, bytes: readSample(file), expected })),
  large,
];

async function makeOdd(): Promise<readonly Picture[]> {
  return (await makeOddPictures()).map(({ name, bytes, plate, box }) => ({
    key: `gate-north/${name}`,
    bytes,
    box,
    expected: { status: 'READ', plate },
  }));
}

const program = new Command('npm run demo')
  .description('Reads every sample picture through the whole stack on this machine.')
  .showHelpAfterError('To upload pictures of your own: npm run local')
  .addOption(
    new Option('--reader <reader>', 'what reads the pictures').choices(localReaders).default('endpoint'),
  )
  .addOption(
    new Option('--gate', 'instead, play a day at a gate: its visits and alerts').conflicts(['reader', 'odd']),
  )
  .option('--odd', 'read the sample as every sort of file that a camera may send: HEIC, CMYK, on its side …')
  .exitOverride()
  .action(async ({ reader, odd, gate = false }: { reader: LocalReader; odd?: true; gate?: boolean }) => {
    process.exitCode = await (gate
      ? playGateDay()
      : demonstrate(reader, odd ? await makeOdd() : usualPictures));
  });
await runProgram(program);

/** Returns the exit status. */
async function demonstrate(reader: LocalReader, pictures: readonly Picture[]): Promise<number> {
  // The demo continues without its reader, because a stack that stops in the middle of its work logs errors.
  const closedOutput = listenForClosedOutput();
  const functionLog: string[] = [];
  const stack = await startPackagedStack(reader, { onOutput: (line) => functionLog.push(line) });
  const s3 = new S3Client(stack.s3.clientConfiguration);
  const dynamodb = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
  const readings = new Map<string, PictureRecord>();
  try {
    console.log(`${stack.vehiclePlateEndpoint.banner}\n`);
    for (const { key, bytes } of pictures) {
      await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: key, Body: bytes }));
    }
    console.log(`${pictures.length} pictures uploaded. Their records as they arrive:\n\n${headerRow()}`);
    const signal = AbortSignal.timeout(deadlineMs);
    for await (const reading of watchRecords(dynamodb, stack.tableName, { intervalMs: 100, signal })) {
      if (reading.status === 'PENDING') continue;
      console.log(recordRow(reading));
      readings.set(reading.key, reading);
      if (readings.size === pictures.length) break;
    }
  } finally {
    s3.destroy();
    dynamodb.destroy();
    await stack.stop();
  }

  if (closedOutput.aborted) return closedOutputExitStatus;
  const faults = pictures.flatMap((picture) => fault(picture, readings.get(picture.key)));
  if (faults.length > 0) {
    console.error(`\nThe function's log:\n${functionLog.join('\n')}\n\nWrong records:\n${faults.join('\n')}`);
    return 1;
  }
  console.log(
    `\nAll ${pictures.length} records are right. To upload pictures of your own: npm run local. More in README.md.`,
  );
  return 0;
}

function fault({ key, bytes, expected, box }: Picture, record: PictureRecord | undefined): string[] {
  const wanted = describe(expected);
  const got =
    record === undefined
      ? `no record within ${deadlineMs / 1000} seconds`
      : describe({ ...record, reasonCode: record.reason?.code });
  if (got !== wanted) return [`  ${key}: expected ${wanted}, got ${got}`];
  return isInPlace(box ?? drawnBox(bytes, record), record)
    ? []
    : [`  ${key}: the box is not around the plate`];
}

/** Whether the record's box overlaps the drawn one by at least half; true without a box. */
function isInPlace(drawn: Box | undefined, record: PictureRecord | undefined): boolean {
  if (record?.box === undefined) return true;
  return drawn !== undefined && overlapOf(boundsOf(cornersOf(drawn)), boundsOf(cornersOf(record.box))) >= 0.5;
}

/** Where the picture itself says that the plate of the record is. */
function drawnBox(bytes: Uint8Array, record: PictureRecord | undefined): Box | undefined {
  const truth = readTruth(bytes);
  if (truth.kind !== 'truth') return undefined;
  return truth.plates.find(({ plate }) => plate === record?.plate)?.box;
}

function describe(record: {
  status: PictureRecord['status'];
  plate?: string | undefined;
  reasonCode?: string | undefined;
}): string {
  return [record.status, record.plate, record.reasonCode].filter((part) => part !== undefined).join(' ');
}
