import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { createRecordSearch } from '../../../functions/adapters/record-search.ts';
import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { openPicture } from '../../../functions/plate-reader/open-picture.ts';
import { fetchPictureBytes, openPictureBytes } from '../../aws/picture-bytes.ts';
import { readRecord } from '../../aws/stored-record.ts';
import { CommandError } from '../../terminal/command-error.ts';
import type { ConsoleSource } from '../console-source.ts';
import { createThumbnails } from '../thumbnails.ts';

const otherReadsLength = 20;

/** One picture: its record, its bytes, and small pictures of it. Only pictures with a record are fetched. */
export function createPictureRoutes({ dynamodb, s3, readingsTable }: ConsoleSource): Hono {
  const source = createRecordSearch(dynamodb, readingsTable, Date.now);
  const thumbnails = createThumbnails(s3);

  async function recordOf(imageId: string | undefined): Promise<PictureRecord> {
    const record = imageId ? await readRecord(dynamodb, readingsTable, imageId) : undefined;
    if (record) return record;
    throw new CommandError('NO_RECORD', 'There is no record of this picture, or it has expired.');
  }

  async function otherReadsOf({ plateKey, imageId }: PictureRecord): Promise<PictureRecord[]> {
    if (plateKey === undefined) return [];
    const others: PictureRecord[] = [];
    const pageSize = otherReadsLength + 1;
    for await (const record of source.query({ index: 'byPlate', value: plateKey, span: {}, pageSize })) {
      if (record.imageId !== imageId) others.push(record);
      if (others.length === otherReadsLength) break;
    }
    return others;
  }

  const routes = new Hono();
  routes.get('/', async (context) => {
    const record = await recordOf(context.req.query('id'));
    return context.json({ record, others: await otherReadsOf(record) });
  });
  routes.get('/bytes', async (context) => {
    const record = await recordOf(context.req.query('id'));
    // No browser but one shows a HEIC.
    const isHeic = record.fileType === 'heic' && context.req.query('download') === undefined;
    if (isHeic) return jpeg(await thumbnails.fullOf(record));
    const { body, sizeBytes } = await openPictureBytes(s3, record);
    const isShown = context.req.query('download') === undefined && isPicture(record.fileType);
    return new Response(Readable.toWeb(body), {
      headers: {
        'Content-Type': isPicture(record.fileType) ? `image/${record.fileType}` : 'application/octet-stream',
        'Content-Length': String(sizeBytes),
        'Content-Disposition': isShown ? 'inline' : `attachment; filename*=UTF-8''${fileNameOf(record)}`,
      },
    });
  });
  routes.get('/orientation', async (context) => {
    const opening = await openPicture(await fetchPictureBytes(s3, await recordOf(context.req.query('id'))));
    return context.json({ orientation: opening.kind === 'opened' ? opening.header.orientation : 1 });
  });
  routes.get('/plate', async (context) => {
    const record = await recordOf(context.req.query('id'));
    const size = context.req.query('large') === undefined ? 'small' : 'large';
    const read = context.req.query('read');
    return jpeg(await thumbnails.plateOf(record, size, read === undefined ? undefined : Number(read)));
  });
  routes.get('/small', async (context) => {
    const record = await recordOf(context.req.query('id'));
    return jpeg(await thumbnails.wholeOf(record));
  });
  return routes;
}

/** No other type is ever shown: the bytes come from outside. */
function isPicture(fileType: string | undefined): boolean {
  return fileType !== undefined && ['jpeg', 'png', 'webp', 'avif'].includes(fileType);
}

/** The last part of the key, encoded for the header as RFC 8187 has it. */
function fileNameOf({ key }: PictureRecord): string {
  const name = key.slice(key.lastIndexOf('/') + 1).toWellFormed();
  return encodeURIComponent(name || 'picture').replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
}

function jpeg(bytes: Uint8Array): Response {
  return new Response(Buffer.from(bytes), { headers: { 'Content-Type': 'image/jpeg' } });
}
