import { pipeline } from 'node:stream/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import { InvalidArgumentError, type Command } from 'commander';
import { imageIdOf } from '../../../functions/core/message/uploaded-object.ts';
import { plateTextOf } from '../../../functions/core/privacy/plate-hash.ts';
import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { createDynamoDBClient, createS3Client } from '../../aws/clients.ts';
import { fetchPictureBytes, openPictureBytes } from '../../aws/picture-bytes.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { readRecord } from '../../aws/stored-record.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { escapeControls } from '../../terminal/escape-controls.ts';
import { writeWholeFile } from '../../terminal/output-file.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { formatTable } from '../../terminal/table.ts';
import { parseImageAddress, type ImageAddress } from './image-address.ts';
import { describeRecord } from './record-description.ts';

type ShowOptions = { readonly save?: string; readonly saveOriginal?: string };

/** Adds the command `plateline show`. */
export function addShow(program: Command): void {
  program
    .command('show')
    .summary('show the record of a picture')
    .description(
      'Shows the whole record of a picture. With --save it also saves the picture with its reads drawn on it.',
    )
    .argument(
      '<image>',
      'an imageId in quotation marks, or s3://bucket/key for the current object of that key',
      parseImage,
    )
    .option(
      '--save <file.jpg>',
      'write the picture as a JPEG with the box, plate and confidence of each read, without applying a rotation in its EXIF',
      parseFile,
    )
    .option('--save-original <file>', 'write the picture as it was uploaded, whatever it is')
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  plateline show s3://my-bucket/gate-north/2026/11/22/081500.jpg --stage prod --save car.jpg\n' +
        "  plateline show 's3://my-bucket/gate-north/2026/11/22/081500.jpg?versionId=3sL4kqtJlcpXroDTDmJ' --json\n",
    )
    .action(async (image: ImageAddress, options: ShowOptions, command: Command) => {
      await show(image, options, command);
    });
}

async function show(image: ImageAddress, options: ShowOptions, command: Command): Promise<void> {
  const { stage, table, json, ...connection } = globalOptionsOf(command);
  const { readingsTable } = resourcesOf({ stage, table });
  const s3 = createS3Client(connection);
  const reading = await findReading(image, s3, createDynamoDBClient(connection), readingsTable);

  process.stdout.write(json ? jsonDocument(reading) : `${formatTable(describeRecord(reading), [{}, {}])}\n`);
  const { save, saveOriginal } = options;
  if (saveOriginal !== undefined) {
    const { body } = await openPictureBytes(s3, reading);
    await writeWholeFile(saveOriginal, (destination) => pipeline(body, destination));
    process.stderr.write(`The original picture is in ${escapeControls(saveOriginal)}.\n`);
  }
  if (save === undefined) return;
  await savePicture(s3, reading, save);
  process.stderr.write(`The picture is in ${escapeControls(save)}.\n`);
}

/** The record of an image id or, where there is none, of the object with this key. */
async function findReading(
  image: ImageAddress,
  s3: S3Client,
  dynamodb: DynamoDBClient,
  tableName: string,
): Promise<PictureRecord> {
  const [typedId] = image.imageIds;
  let unknownId = typedId;
  for (const imageId of image.imageIds) {
    const reading = await readRecord(dynamodb, tableName, imageId);
    if (reading) return reading;
  }
  for (const key of image.keys) {
    const imageId = await currentImageId(s3, { bucket: image.bucket, key }).catch((error: unknown) => {
      // A person who shows an image id needs no permission to read the bucket.
      if (typedId !== undefined && error instanceof CommandError) return undefined;
      throw error;
    });
    const reading = imageId && (await readRecord(dynamodb, tableName, imageId));
    if (reading) return reading;
    unknownId ??= imageId;
  }
  if (unknownId !== undefined) {
    throw new CommandError('NO_RECORD', `The table ${tableName} has no record of ${unknownId}.`);
  }
  const [key = ''] = image.keys;
  throw new CommandError(
    'NO_OBJECT',
    `There is no object s3://${image.bucket}/${key} now. To show the record of a deleted object, pass its whole imageId.`,
  );
}

/** Undefined where there is no such object. */
async function currentImageId(
  s3: S3Client,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): Promise<string | undefined> {
  try {
    const { VersionId: versionId, ETag: etag = '' } = await s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key }),
    );
    // "null" is the version of a bucket whose versioning is off or suspended.
    const hasVersion = versionId !== undefined && versionId !== 'null';
    return imageIdOf(bucket, key, hasVersion ? { versionId } : { etag: etag.replaceAll('"', '') });
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
    throw error;
  }
}

async function savePicture(s3: S3Client, reading: PictureRecord, file: string): Promise<void> {
  // Loading what draws takes longer than all that the other commands do.
  const { drawReads } = await import('../../drawing/draw-reads.ts');
  const reads = (reading.plates ?? []).map((read) => ({ ...read, plate: plateTextOf(read) ?? '' }));
  const drawing = await drawReads(await fetchPictureBytes(s3, reading), reads);
  if (drawing.kind === 'fault') {
    throw new CommandError(
      'CANNOT_DRAW',
      `${drawing.message} Nothing can be drawn on it; --save-original saves it as it is.`,
    );
  }
  await writeWholeFile(file, (destination) => pipeline([drawing.bytes], destination));
}

function parseImage(text: string): ImageAddress {
  const image = parseImageAddress(text);
  if (image) return image;
  throw new InvalidArgumentError('It must be an imageId or s3://bucket/key.');
}

function parseFile(file: string): string {
  if (/\.jpe?g$/i.test(file)) return file;
  throw new InvalidArgumentError('The file is a JPEG, so its name must end in .jpg.');
}
