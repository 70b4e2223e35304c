import assert from 'node:assert/strict';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, test, type TestContext } from 'vitest';
import { listObjects, type ListedObject } from '../../../../cli/commands/backfill/listed-objects.ts';
import { startServer } from '../../../functions/adapters/start-server.ts';

type Listing = Readonly<Record<string, string>>;

const stored = (key: string, more = '') =>
  `<Key>${key}</Key><Size>1000</Size><ETag>&quot;${key.length}e&quot;</ETag>` +
  `<LastModified>2026-11-22T08:15:00.000Z</LastModified>${more}`;
const version = (key: string, versionId: string, isLatest: boolean) =>
  `<Version>${stored(key, `<VersionId>${versionId}</VersionId><IsLatest>${isLatest}</IsLatest>`)}</Version>`;
const encoded = '<EncodingType>url</EncodingType>';

/**
 * The list operations of S3: a page for each query, whose text here omits the parameters that every query
 * has.
 */
async function startBucket(t: TestContext, versioning: 'Enabled' | 'Suspended' | undefined, pages: Listing) {
  const queries: string[] = [];
  const { url } = await startServer(t, (request, response) => {
    const parameters = new URL(request.url ?? '', 'http://any').searchParams;
    response.setHeader('content-type', 'application/xml');
    if (parameters.has('versioning')) {
      const status = versioning ? `<Status>${versioning}</Status>` : '';
      response.end(`<VersioningConfiguration>${status}</VersioningConfiguration>`);
      return;
    }
    for (const usual of ['x-id', 'encoding-type', 'prefix']) parameters.delete(usual);
    const query = parameters.toString();
    queries.push(query);
    const root = parameters.has('versions') ? 'ListVersionsResult' : 'ListBucketResult';
    response.end(`<${root}>${pages[query] ?? ''}</${root}>`);
  });
  const s3 = new S3Client({
    endpoint: url,
    region: 'ap-northeast-2',
    forcePathStyle: true,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  t.onTestFinished(() => {
    s3.destroy();
  });
  return {
    queries,
    async list(afterKey?: string) {
      const objects: ListedObject[] = [];
      for await (const object of listObjects(s3, { bucket: 'pictures', prefix: 'gate/' }, afterKey)) {
        objects.push(object);
      }
      return objects;
    },
  };
}

const keyAndVersion = ({ key, versionId }: { key: string; versionId?: string }) => [key, versionId];

describe('the objects of a bucket with versions', () => {
  test('are the current versions on all pages, without deleted objects and earlier versions', async (t) => {
    const bucket = await startBucket(t, 'Enabled', {
      'versions=':
        version('gate/1.jpg', 'v2', true) +
        version('gate/1.jpg', 'v1', false) +
        '<DeleteMarker><Key>gate/2.jpg</Key><VersionId>v4</VersionId><IsLatest>true</IsLatest></DeleteMarker>' +
        `${encoded}<IsTruncated>true</IsTruncated><NextKeyMarker>gate/a+b.jpg</NextKeyMarker>` +
        '<NextVersionIdMarker>v3</NextVersionIdMarker>',
      'key-marker=gate%2Fa+b.jpg&version-id-marker=v3&versions=': version('gate/c.jpg', 'v5', true),
    });
    assert.deepEqual((await bucket.list()).map(keyAndVersion), [
      ['gate/1.jpg', 'v2'],
      ['gate/c.jpg', 'v5'],
    ]);
  });

  test('still have versions after versioning was suspended', async (t) => {
    const bucket = await startBucket(t, 'Suspended', { 'versions=': version('gate/1.jpg', 'null', true) });
    assert.deepEqual((await bucket.list()).map(keyAndVersion), [['gate/1.jpg', 'null']]);
  });

  test('continue after a key', async (t) => {
    const bucket = await startBucket(t, 'Enabled', {});
    await bucket.list('gate/1 2.jpg');
    assert.deepEqual(bucket.queries, ['key-marker=gate%2F1+2.jpg&versions=']);
  });
});

describe('the objects of a bucket without versions', () => {
  test('are all objects on all pages', async (t) => {
    const bucket = await startBucket(t, undefined, {
      'list-type=2': `<Contents>${stored('gate/1.jpg')}</Contents><NextContinuationToken>more+</NextContinuationToken>`,
      'continuation-token=more%2B&list-type=2': `<Contents>${stored('gate/22.jpg')}</Contents>`,
    });
    assert.deepEqual(await bucket.list(), [
      {
        key: 'gate/1.jpg',
        sizeBytes: 1000,
        etag: '10e',
        lastModified: new Date('2026-11-22T08:15:00.000Z'),
        isArchived: false,
      },
      {
        key: 'gate/22.jpg',
        sizeBytes: 1000,
        etag: '11e',
        lastModified: new Date('2026-11-22T08:15:00.000Z'),
        isArchived: false,
      },
    ]);
  });

  test('continue after a key', async (t) => {
    const bucket = await startBucket(t, undefined, {});
    await bucket.list('gate/1 2.jpg');
    assert.deepEqual(bucket.queries, ['list-type=2&start-after=gate%2F1+2.jpg']);
  });

  test('have their keys decoded only if S3 says that it encoded them', async (t) => {
    const page = `<Contents>${stored('gate/%ED%98%84+a%2Bb%00.jpg')}</Contents>`;
    const encoding = await startBucket(t, undefined, { 'list-type=2': `${encoded}${page}` });
    assert.equal((await encoding.list())[0]?.key, 'gate/현 a+b\u0000.jpg');
    const plain = await startBucket(t, undefined, { 'list-type=2': page });
    assert.equal((await plain.list())[0]?.key, 'gate/%ED%98%84+a%2Bb%00.jpg');
  });
});

describe('an object is archived', () => {
  const inProgress = '<RestoreStatus><IsRestoreInProgress>true</IsRestoreInProgress></RestoreStatus>';
  const restored =
    '<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress>' +
    '<RestoreExpiryDate>2026-12-01T00:00:00.000Z</RestoreExpiryDate></RestoreStatus>';
  for (const [what, storageClass, more, isArchived] of [
    ['in GLACIER', 'GLACIER', '', true],
    ['in DEEP_ARCHIVE', 'DEEP_ARCHIVE', '', true],
    ['while its restore is under way', 'GLACIER', inProgress, true],
    ['no longer after its restore', 'DEEP_ARCHIVE', restored, false],
    ['never in GLACIER_IR, which answers at once', 'GLACIER_IR', '', false],
  ] as const) {
    test(what, async (t) => {
      const content = stored('gate/1.jpg', `<StorageClass>${storageClass}</StorageClass>${more}`);
      const bucket = await startBucket(t, undefined, { 'list-type=2': `<Contents>${content}</Contents>` });
      assert.deepEqual(
        (await bucket.list()).map((object) => object.isArchived),
        [isArchived],
      );
    });
  }
});
