import assert from 'node:assert/strict';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeAll, describe, test } from 'vitest';
import type { Box } from '../../functions/core/record/plate-read.ts';
import type { PictureRecord } from '../../functions/core/record/record.ts';
import { startNoEndpoint } from '../../infra/local/endpoint/no-endpoint.ts';
import { startReadingEndpoint } from '../../infra/local/endpoint/reading-endpoint.ts';
import { makeOddPictures, type OddPicture } from '../../infra/local/samples/odd-pictures.ts';
import { startLocalStackWith } from '../../infra/local/stack.ts';
import { watchRecords } from '../../infra/local/watch-records.ts';
import { deployedPackage } from '../infra/deployed-package.ts';

/** For all records together, on a machine that is busy with other tests. */
const deadlineMs = 300_000;

const startEndpoints = { endpoint: startReadingEndpoint, builtin: startNoEndpoint } as const;
const oddPictures = await makeOddPictures();

async function readAll(reader: keyof typeof startEndpoints): Promise<ReadonlyMap<string, PictureRecord>> {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  const parameters = ['--param', `reader=${reader}`, '--param', `architecture=${architecture}`];
  const stack = await startLocalStackWith(startEndpoints[reader], {
    packageDirectory: await deployedPackage(['--stage', 'local', ...parameters]),
    // Time for all of them in one invocation, however busy the machine is.
    functionTimeoutSeconds: 240,
  });
  const s3 = new S3Client(stack.s3.clientConfiguration);
  const dynamodb = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
  const records = new Map<string, PictureRecord>();
  try {
    for (const { name, bytes } of oddPictures) {
      await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: `gate/${name}`, Body: bytes }));
    }
    const signal = AbortSignal.timeout(deadlineMs);
    for await (const record of watchRecords(dynamodb, stack.tableName, { intervalMs: 200, signal })) {
      if (record.status !== 'PENDING') records.set(record.key, record);
      if (records.size === oddPictures.length) break;
    }
  } finally {
    s3.destroy();
    dynamodb.destroy();
    await stack.stop();
  }
  return records;
}

/** The largest distance between the corners of two boxes in one direction, as a share of the plate's length. */
function distanceOf(found: Box, drawn: Box): number {
  const names = ['x1', 'y1', 'x2', 'y2', 'x3', 'y3', 'x4', 'y4'] as const;
  const most = Math.max(...names.map((name) => Math.abs(found[name] - drawn[name])));
  return most / Math.hypot(drawn.x2 - drawn.x1, drawn.y2 - drawn.y1);
}

/** What the built-in reader does itself; it takes pictures of any size. */
function stepsOf({ steps }: OddPicture, reader: keyof typeof startEndpoints): readonly string[] {
  return reader === 'endpoint' ? steps : steps.filter((step) => step !== 'scaled' && step !== 'compressed');
}

for (const reader of ['endpoint', 'builtin'] as const) {
  describe(`whatever a camera sends is read with reader=${reader}`, () => {
    let records: ReadonlyMap<string, PictureRecord>;
    beforeAll(async () => {
      records = await readAll(reader);
    });

    for (const picture of oddPictures) {
      test(picture.name, () => {
        const record = records.get(`gate/${picture.name}`) ?? assert.fail('There is no record.');
        assert.deepEqual([record.status, record.plate], ['READ', picture.plate], record.reason?.message);
        // A hundredth of the plate are 2 pixels of 228: the locator is no more exact.
        const distance = distanceOf(record.box ?? assert.fail('There is no box.'), picture.box);
        assert.ok(distance < 0.03, `A corner is ${distance} of the plate's length away.`);
        assert.deepEqual(record.preparation ?? [], stepsOf(picture, reader));
        assert.equal(record.calls, reader === 'endpoint' ? 1 : 0);
      });
    }
  });
}
