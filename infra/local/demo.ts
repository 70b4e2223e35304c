// npm run demo: reads every sample picture through the whole stack, and ends with status 1 if one came out wrong.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { LocalStackError } from './local-stack-error.ts';
import { headerRow, readingRow } from './reading-rows.ts';
import { makeJpegOfSize, readSample, samples, type Sample } from './samples.ts';
import { startLocalStack } from './stack.ts';
import { watchReadings, type Reading } from './watch-readings.ts';

const deadlineMs = 30_000;

const tooLarge = { key: 'gate-north/2026/11/22/081504.jpg', sizeBytes: 5 * 1024 * 1024 + 1 };

const pictures: { key: string; bytes: Uint8Array; expected: Sample['expected'] }[] = [
  ...samples.map(({ key, file, expected }) => ({ key, bytes: readSample(file), expected })),
  { key: tooLarge.key, bytes: makeJpegOfSize(tooLarge.sizeBytes), expected: { status: 'REJECTED' } },
];

try {
  process.exitCode = await demonstrate();
} catch (error) {
  if (!(error instanceof LocalStackError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function demonstrate(): Promise<0 | 1> {
  const functionLog: string[] = [];
  const stack = await startLocalStack({ onOutput: (line) => functionLog.push(line) });
  const s3 = new S3Client(stack.s3.clientConfiguration);
  const dynamodb = new DynamoDBClient(stack.dynamodb.clientConfiguration);
  const readings = new Map<string, Reading>();
  try {
    console.log(`${stack.vehiclePlateEndpoint.banner}\n`);
    for (const { key, bytes } of pictures) {
      await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: key, Body: bytes }));
    }
    console.log(`${pictures.length} pictures uploaded. Their records as they arrive:\n\n${headerRow()}`);
    for await (const reading of watchReadings(dynamodb, stack.tableName, AbortSignal.timeout(deadlineMs))) {
      if (reading.status === 'PENDING') continue;
      console.log(readingRow(reading));
      readings.set(reading.key, reading);
      if (readings.size === pictures.length) break;
    }
  } finally {
    s3.destroy();
    dynamodb.destroy();
    await stack.stop();
  }

  const faults = pictures.flatMap(({ key, expected }) => fault(expected, readings.get(key), key));
  if (faults.length > 0) {
    console.error(
      `\nThe function's log:\n${functionLog.join('\n')}\n\nCame out wrong:\n${faults.join('\n')}`,
    );
    return 1;
  }
  console.log(
    `\nAll ${pictures.length} came out right. To upload pictures of your own: npm run local. More in README.md.`,
  );
  return 0;
}

function fault(expected: Sample['expected'], reading: Reading | undefined, key: string): string[] {
  const expectedText = describe(expected);
  const readText =
    reading === undefined ? `no record within ${deadlineMs / 1000} seconds` : describe(reading);
  return readText === expectedText ? [] : [`  ${key}: expected ${expectedText}, got ${readText}`];
}

function describe(reading: { status: string; plate?: string | undefined }): string {
  return reading.plate === undefined ? reading.status : `${reading.status} ${reading.plate}`;
}
