import assert from 'node:assert/strict';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { test } from 'vitest';
import { createS3Client } from '../../../cli/aws/clients.ts';
import { createThumbnails } from '../../../cli/console/thumbnails.ts';
import { parseRecord } from '../../../functions/core/record/parse-record.ts';
import { storedPointOf } from '../../../functions/plate-reader/orientation.ts';
import { startLocalStack } from '../../../infra/local/stack.ts';
import { recordOf } from '../put-items.ts';

/** A red plate on a grey upright picture of 640×480 pixels. */
const plate = { left: 400, top: 300, width: 120, height: 40 };

/** By how many degrees a camera that lies so turns what it stores. */
const turns = { 3: 180, 6: 270, 8: 90 } as const;

test('the plate of a photo that EXIF turns is cut out where it is, and shown upright', async (context) => {
  const stack = await startLocalStack({ polling: false });
  context.onTestFinished(() => stack.stop());
  const { region, credentials } = stack.s3.clientConfiguration;
  const s3 = createS3Client({ endpointUrl: stack.gateway.url, region, credentials });
  const thumbnails = createThumbnails(s3);
  const red = await sharp({
    create: { width: plate.width, height: plate.height, channels: 3, background: '#f00' },
  })
    .png()
    .toBuffer();
  const upright = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#888' } })
    .composite([{ input: red, left: plate.left, top: plate.top }])
    .png()
    .toBuffer();
  for (const orientation of [3, 6, 8] as const) {
    const key = `gate/${orientation}.jpg`;
    const Body = await sharp(upright)
      .rotate(turns[orientation])
      .withMetadata({ orientation })
      .jpeg({ quality: 95 })
      .toBuffer();
    const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key: key, Body }));
    const [width, height] = orientation === 3 ? [640, 480] : [480, 640];
    const [one, two, three, four] = [
      [plate.left, plate.top],
      [plate.left + plate.width, plate.top],
      [plate.left + plate.width, plate.top + plate.height],
      [plate.left, plate.top + plate.height],
    ].map(([x = 0, y = 0]) => storedPointOf({ x, y }, orientation, width, height));
    assert.ok(one && two && three && four);
    const box = {
      ...{ x1: one.x, y1: one.y, x2: two.x, y2: two.y },
      ...{ x3: three.x, y3: three.y, x4: four.x, y4: four.y },
    };
    const record = parseRecord(
      recordOf(key, { bucket: stack.bucket, etag: ETag.replaceAll('"', ''), box, width, height }),
    );
    const { data, info } = await sharp(await thumbnails.plateOf(record, 'small'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.ok(info.width > info.height, `orientation ${orientation}`);
    const centre = (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)) * info.channels;
    assert.ok((data[centre] ?? 0) > 200 && (data[centre + 1] ?? 255) < 60, `orientation ${orientation}`);
  }
});
