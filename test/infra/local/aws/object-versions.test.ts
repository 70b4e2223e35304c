import assert from 'node:assert/strict';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { startS3AndSqs } from '../../../../infra/local/aws/s3-and-sqs.ts';

describe('the versions of the local S3', () => {
  let server: Awaited<ReturnType<typeof startS3AndSqs>>;
  let s3: S3Client;
  let bucketCount = 0;

  beforeAll(async () => {
    server = await startS3AndSqs('ap-northeast-2');
    s3 = new S3Client({
      endpoint: server.url,
      region: 'ap-northeast-2',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  });
  afterAll(async () => {
    s3.destroy();
    await server.stop();
  });

  async function createBucket(status?: 'Enabled' | 'Suspended'): Promise<string> {
    bucketCount += 1;
    const Bucket = `bucket-${bucketCount}`;
    await s3.send(new CreateBucketCommand({ Bucket }));
    if (status !== undefined) await setVersioning(Bucket, status);
    return Bucket;
  }
  const setVersioning = (Bucket: string, Status: 'Enabled' | 'Suspended') =>
    s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  const put = async (Bucket: string, Key: string, Body: string) =>
    (await s3.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId;
  const get = async (Bucket: string, Key: string, VersionId?: string) => {
    const reply = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    return { text: await reply.Body?.transformToString(), versionId: reply.VersionId };
  };
  const list = async (Bucket: string) => {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    return { versions: Versions, markers: DeleteMarkers };
  };

  test('keep the bytes of an overwritten key, by the id that its upload returned', async () => {
    const bucket = await createBucket('Enabled');
    const first = await put(bucket, '정문/a+b c.jpg', 'first');
    const second = await put(bucket, '정문/a+b c.jpg', 'second');
    assert.match(String(first), /^[\w-]{32}$/);
    assert.deepEqual(await get(bucket, '정문/a+b c.jpg', first), { text: 'first', versionId: first });
    assert.deepEqual(await get(bucket, '정문/a+b c.jpg', second), { text: 'second', versionId: second });
    assert.deepEqual(await get(bucket, '정문/a+b c.jpg'), { text: 'second', versionId: second });
    const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    assert.equal(KeyCount, 1);
  });

  test('give each of twenty writes at once a version of its own, the current object the newest', async () => {
    const bucket = await createBucket('Enabled');
    const texts = Array.from({ length: 20 }, (_, index) => `text ${index}`);
    const ids = await Promise.all(texts.map((text) => put(bucket, 'same.jpg', text)));
    const read = await Promise.all(ids.map(async (id) => (await get(bucket, 'same.jpg', id)).text));
    assert.deepEqual(read, texts);
    const { versions } = await list(bucket);
    const [newest] = versions;
    assert.equal(newest?.IsLatest, true);
    assert.equal((await get(bucket, 'same.jpg')).versionId, newest.VersionId);
  });

  test('put a delete marker over a deleted key, whose versions can still be read', async () => {
    const bucket = await createBucket('Enabled');
    const version = await put(bucket, 'gone.jpg', 'picture');
    const { DeleteMarker, VersionId: marker } = await s3.send(
      new DeleteObjectCommand({ Bucket: bucket, Key: 'gone.jpg' }),
    );
    assert.equal(DeleteMarker, true);
    assert.equal((await get(bucket, 'gone.jpg', version)).text, 'picture');
    await assert.rejects(get(bucket, 'gone.jpg'), { name: 'NoSuchKey' });
    await assert.rejects(get(bucket, 'gone.jpg', marker), { name: 'MethodNotAllowed' });
    await assert.rejects(s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'gone.jpg' })), {
      name: 'NotFound',
    });
    const { versions, markers } = await list(bucket);
    assert.deepEqual([versions.map(({ IsLatest }) => IsLatest), markers[0]?.IsLatest], [[false], true]);
  });

  test('bring a deleted key back when its delete marker is removed', async () => {
    const bucket = await createBucket('Enabled');
    await put(bucket, 'back.jpg', 'picture');
    const { VersionId } = await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'back.jpg' }));
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'back.jpg', VersionId }));
    assert.equal((await get(bucket, 'back.jpg')).text, 'picture');
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    assert.deepEqual(
      Contents?.map(({ Key }) => Key),
      ['back.jpg'],
    );
  });

  test('lose a version for ever when it is deleted by its id; the one before it is current', async () => {
    const bucket = await createBucket('Enabled');
    const first = await put(bucket, 'two.jpg', 'first');
    const second = await put(bucket, 'two.jpg', 'second');
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'two.jpg', VersionId: second }));
    assert.deepEqual(await get(bucket, 'two.jpg'), { text: 'first', versionId: first });
    await assert.rejects(get(bucket, 'two.jpg', second), { name: 'NoSuchVersion' });
  });

  test('are deleted many at once by DeleteObjects, which empties a bucket', async () => {
    const bucket = await createBucket('Enabled');
    await put(bucket, 'a & <b>.jpg', 'picture');
    await put(bucket, 'a & <b>.jpg', 'another');
    await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: 'a & <b>.jpg' }] } }),
    );
    const { versions, markers } = await list(bucket);
    const Objects = [...versions, ...markers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    assert.equal(Objects.length, 3);
    const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    assert.equal(Deleted?.length, 3);
    assert.deepEqual(await list(bucket), { versions: [], markers: [] });
  });

  test('are listed page by page in the order of S3: keys by their bytes, the newest version first', async () => {
    const bucket = await createBucket('Enabled');
    const keys = ['b.jpg', 'a b.jpg', '가.jpg', 'a b.jpg'];
    const ids: (string | undefined)[] = [];
    for (const key of keys) ids.push(await put(bucket, key, key));
    const listed: unknown[] = [];
    let marker = {};
    for (let isTruncated = true; isTruncated;) {
      const page = await s3.send(
        new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: 1, EncodingType: 'url', ...marker }),
      );
      listed.push(...(page.Versions ?? []).map(({ Key, VersionId }) => [Key, VersionId]));
      marker = {
        KeyMarker: decodeURIComponent((page.NextKeyMarker ?? '').replaceAll('+', ' ')),
        VersionIdMarker: page.NextVersionIdMarker,
      };
      isTruncated = page.IsTruncated ?? false;
    }
    assert.deepEqual(listed, [
      ['a+b.jpg', ids[3]],
      ['a+b.jpg', ids[1]],
      ['b.jpg', ids[0]],
      ['%EA%B0%80.jpg', ids[2]],
    ]);
  });

  test('have the ETag of a multipart upload, and are read if it matches', async () => {
    const bucket = await createBucket('Enabled');
    const upload = { Bucket: bucket, Key: 'large.jpg' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
    const part = { ...upload, UploadId, PartNumber: 1, Body: 'picture' };
    const { ETag } = await s3.send(new UploadPartCommand(part));
    const { ETag: whole, VersionId } = await s3.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    );
    const reply = await s3.send(new GetObjectCommand({ ...upload, VersionId, IfMatch: whole }));
    assert.match(String(whole), /^"[0-9a-f]{32}-1"$/);
    assert.deepEqual([await reply.Body?.transformToString(), reply.ETag], ['picture', whole]);
    await assert.rejects(s3.send(new GetObjectCommand({ ...upload, IfMatch: ETag?.replace(/.$/, 'x"') })), {
      name: 'PreconditionFailed',
    });
  });

  test('have the id null while versioning is suspended; a later write replaces that version', async () => {
    const bucket = await createBucket('Enabled');
    const first = await put(bucket, 'key.jpg', 'first');
    await setVersioning(bucket, 'Suspended');
    assert.equal(await put(bucket, 'key.jpg', 'second'), 'null');
    assert.equal(await put(bucket, 'key.jpg', 'third'), 'null');
    assert.equal((await get(bucket, 'key.jpg', 'null')).text, 'third');
    assert.equal((await get(bucket, 'key.jpg', first)).text, 'first');
    assert.equal((await list(bucket)).versions.length, 2);
  });

  test('are absent from a bucket that never turned them on', async () => {
    const bucket = await createBucket();
    assert.equal(await put(bucket, 'key.jpg', 'picture'), undefined);
    const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }));
    assert.equal(Status, undefined);
    await assert.rejects(setVersioning(bucket, 'Enabled'), { name: 'InvalidBucketState' });
  });

  test('are reported by GetBucketVersioning', async () => {
    for (const status of ['Enabled', 'Suspended'] as const) {
      const bucket = await createBucket(status);
      const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }));
      assert.equal(Status, status);
    }
  });
});
