import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { startPipeline, isFinal, pictureOf, quietBucket, type Pipeline } from '../../../promises/pipeline.ts';
import { s3Error } from '../../../../infra/local/aws/fault-proxy.ts';
import { runInTerminal } from '../../command.ts';
import { runPlateline } from '../../run-plateline.ts';

const restored =
  '<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress>' +
  '<RestoreExpiryDate>2026-12-01T00:00:00.000Z</RestoreExpiryDate></RestoreStatus>';

describe('plateline backfill', () => {
  let pipeline: Pipeline;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'plateline-backfill-'));
    pipeline = await startPipeline();
  });
  afterAll(async () => {
    await pipeline.stop();
    await rm(directory, { recursive: true });
  });

  const stateFile = (name: string) => path.join(directory, `${name}.json`);
  const argsOf = (prefix: string, ...more: string[]) => [
    'backfill',
    `s3://${quietBucket}/${prefix}`,
    ...['--stage', 'local', '--endpoint-url', pipeline.stack.gateway.url],
    ...['--state', stateFile(prefix.replaceAll('/', '-'))],
    ...more,
  ];
  const backfill = (prefix: string, ...more: string[]) => runPlateline(argsOf(prefix, ...more));
  const callsOf = (key: string) => pipeline.recordOf(key, isFinal).then(({ calls }) => calls);

  test('has the pictures of a bucket read, even with unusual names, and prints how many it sent', async () => {
    const keys = ['odd/1.jpg', 'odd/a b+c%20d.jpg', 'odd/현관/가.png'];
    for (const [index, key] of keys.entries())
      await pipeline.uploadQuietly(key, pictureOf(`1${index}가1000`));
    const { output, errors, status } = await backfill('odd/');
    assert.match(
      output,
      /^Sent 3 pictures to plateline-local-pictures; skipped 0 pictures with a final record\.\n$/,
    );
    assert.match(errors, /can read quiet-bucket only if its role allows it/);
    assert.equal(status, 0);
    for (const key of keys) assert.equal((await pipeline.recordOf(key, isFinal))['status'], 'READ', key);
  });

  test('skips pictures with a final record, so that a second run costs nothing', async () => {
    await pipeline.uploadQuietly('again/1.jpg', pictureOf('11가1001'));
    await backfill('again/');
    assert.equal(await callsOf('again/1.jpg'), 1);
    const { output } = await backfill('again/', '--json');
    assert.deepEqual(JSON.parse(output), {
      uri: `s3://${quietBucket}/again/`,
      sent: 0,
      skipped: 1,
      archived: 0,
    });
    assert.equal(await callsOf('again/1.jpg'), 1);
  });

  test('prints with --dry-run the cost in calls, and sends nothing', async () => {
    await pipeline.uploadQuietly('cost/1.jpg', pictureOf('11가1002'));
    await backfill('cost/');
    await callsOf('cost/1.jpg');
    await pipeline.uploadQuietly('cost/2.jpg', pictureOf('11가1003'));
    await pipeline.uploadQuietly('cost/3.jpg', pictureOf('11가1004'));
    await pipeline.uploadQuietly('cost/empty.jpg', new Uint8Array());
    const { output, status } = await backfill('cost/', '--dry-run', '--rate', '2');
    assert.equal(
      output,
      '4 pictures: 1 with a final record, 0 archived, 1 empty or too large, 2 to read.\n' +
        'Cost: 2 calls. Sending takes 2 s at 2 a second. Nothing was sent.\n',
    );
    assert.equal(status, 0);
    const { output: json } = await backfill('cost/', '--dry-run', '--json');
    assert.deepEqual(JSON.parse(json), {
      uri: `s3://${quietBucket}/cost/`,
      pictures: 4,
      recorded: 1,
      archived: 0,
      rejected: 1,
      calls: 2,
    });
    await pipeline.queueIsEmpty();
    assert.deepEqual(await pipeline.recordsOf('cost/2.jpg', () => true), []);
  });

  test('continues after Ctrl-C, and deletes its state file when all is sent', async () => {
    const keys = Array.from({ length: 30 }, (_, index) => `resume/${100 + index}.jpg`);
    await Promise.all(
      keys.map((key, index) => pipeline.uploadQuietly(key, pictureOf(`12가${2000 + index}`))),
    );
    const terminal = runInTerminal(argsOf('resume/', '--rate', '5'));
    await terminal.shows(/ 5 of 30 pictures/);
    terminal.type('\x03');
    assert.equal(await terminal.ended, 130);
    const [, sentBefore] = await terminal.shows(
      /Stopped: (\d+) pictures sent, 0 skipped. The same command continues/,
    );
    assert.ok(Number(sentBefore) < 30);

    const { output, errors, status } = await backfill('resume/', '--rate', '1000', '--json');
    assert.match(
      errors,
      new RegExp(`Continuing after resume/\\d+.jpg, from .*: ${sentBefore} pictures sent and 0 skipped`),
    );
    assert.deepEqual(JSON.parse(output), {
      uri: `s3://${quietBucket}/resume/`,
      sent: 30,
      skipped: 0,
      archived: 0,
    });
    assert.equal(status, 0);
    assert.ok(!(await readdir(directory)).includes('resume-.json'));
    for (const key of keys) assert.equal(await callsOf(key), 1, key);
  });

  test('continues after a failure of SQS, and sends nothing twice', async () => {
    for (const number of [1, 2, 3]) {
      await pipeline.uploadQuietly(`outage/${number}.jpg`, pictureOf(`13가100${number}`));
    }
    const outageEnds = pipeline.stack.sqs.fail({
      when: ({ operation, body }) =>
        operation === 'SendMessageBatch' && (body?.includes('outage/2.jpg') ?? false),
      times: Infinity,
      fault: { kind: 'reply', statusCode: 403, headers: {}, body: '{"__type":"AccessDeniedException"}' },
    });
    const failed = await backfill('outage/', '--rate', '1');
    assert.match(
      failed.errors,
      /^Stopped: 1 picture sent, 0 skipped\. The same command continues from there\.$/m,
    );
    assert.match(failed.errors, /^error: These AWS credentials do not allow SendMessageBatch/m);
    assert.equal(failed.status, 1);

    outageEnds();
    const requestsBefore = pipeline.stack.sqs.requests.length;
    assert.equal((await backfill('outage/')).status, 0);
    const batches = pipeline.stack.sqs.requests
      .slice(requestsBefore)
      .filter(({ operation }) => operation === 'SendMessageBatch')
      .map(({ body }) => [...String(body).matchAll(/outage\/\d/g)].map(String));
    assert.deepEqual(batches, [['outage/2', 'outage/3']]);
  });

  test('leaves archived pictures out and says how many, and sends a picture that was unavailable', async () => {
    await pipeline.uploadQuietly('cold/1.jpg', pictureOf('16가1001'));
    await pipeline.uploadQuietly('cold/2.jpg', pictureOf('16가1002'));
    pipeline.stack.s3.fail({
      when: ({ method, rawUrl }) => method === 'GET' && rawUrl.includes('cold/1.jpg'),
      fault: s3Error('InvalidObjectState', 403),
    });
    await backfill('cold/1');
    await pipeline.recordOf('cold/1.jpg', ({ status }) => status === 'UNAVAILABLE');

    // S3's listing of a bucket whose second object is archived, and whose first one was.
    const { Contents: listed = [] } = await pipeline.s3.send(
      new ListObjectsV2Command({ Bucket: quietBucket, Prefix: 'cold/' }),
    );
    const entries = listed.map(
      ({ Key, ETag, Size, LastModified }, index) =>
        `<Contents><Key>${Key}</Key><ETag>${ETag}</ETag><Size>${Size}</Size>` +
        `<LastModified>${LastModified?.toISOString()}</LastModified><StorageClass>GLACIER</StorageClass>` +
        (index === 0 ? restored : '') +
        '</Contents>',
    );
    const listing = `<ListBucketResult><Name>${quietBucket}</Name>${entries.join('')}</ListBucketResult>`;
    pipeline.stack.s3.fail({
      when: ({ rawUrl }) => rawUrl.includes('list-type=2'),
      times: 3,
      fault: {
        kind: 'reply',
        statusCode: 200,
        headers: { 'content-type': 'application/xml' },
        body: listing,
      },
    });
    const { output: cost } = await backfill('cold/', '--dry-run');
    assert.match(cost, /^2 pictures: 0 with a final record, 1 archived, 0 empty or too large, 1 to read\.$/m);
    const { output } = await backfill('cold/');
    assert.equal(
      output,
      'Sent 1 picture to plateline-local-pictures; skipped 0 pictures with a final record.\n' +
        'Left out 1 archived picture. Restore them in S3, then run the same command.\n',
    );
    assert.equal((await pipeline.recordOf('cold/1.jpg', ({ status }) => status === 'READ'))['calls'], 1);
    assert.deepEqual(await pipeline.recordsOf('cold/2.jpg', () => true), []);
  });

  test('sends the pictures of a folder in either Unicode form of its name, and no folder of S3’s console', async () => {
    const keys = (['NFC', 'NFD'] as const).map((form) => `forms/${'정문'.normalize(form)}/1.jpg`);
    for (const [index, key] of keys.entries())
      await pipeline.uploadQuietly(key, pictureOf(`17${index}가1000`));
    await pipeline.uploadQuietly('forms/정문/', new Uint8Array());
    const { output } = await backfill('forms/정문/');
    assert.match(output, /^Sent 2 pictures /);
    for (const key of keys) assert.equal((await pipeline.recordOf(key, isFinal))['camera'], 'forms/정문');
  });

  test('sends no faster than its rate', async () => {
    for (const number of [1, 2, 3, 4]) {
      await pipeline.uploadQuietly(`slow/${number}.jpg`, pictureOf(`14가100${number}`));
    }
    const startedAtMs = performance.now();
    await backfill('slow/', '--rate', '2');
    assert.ok(performance.now() - startedAtMs > 2000);
  });

  describe('exits with a sentence and a status', () => {
    test('for a prefix that matches nothing', async () => {
      const { errors, status } = await backfill('nothing/here/');
      assert.match(
        errors,
        /^error: The bucket quiet-bucket has no object whose key begins with nothing\/here\/$/m,
      );
      assert.equal(status, 1);
      assert.equal((await backfill('nothing/here/', '--dry-run')).status, 1);
    });

    test('for a bucket that does not exist', async () => {
      const { errors, status } = await runPlateline([
        ...['backfill', 's3://no-such-bucket/x', '--stage', 'local'],
        ...['--endpoint-url', pipeline.stack.gateway.url],
      ]);
      assert.match(errors, /^error: There is no bucket no-such-bucket /m);
      assert.equal(status, 1);
    });

    test('for an invalid source or rate', async () => {
      for (const args of [
        ['backfill', 'my-bucket/2026'],
        ['backfill', 's3://my-bucket/', '--rate', '0'],
        ['backfill', 's3://my-bucket/', '--rate', '1.5'],
      ]) {
        const { errors, status } = await runPlateline(args);
        assert.match(errors, /^error: .* It must /);
        assert.equal(status, 2);
      }
    });

    test('for a damaged state file, which it does not change', async () => {
      const file = stateFile('damaged-');
      await writeFile(file, '{"afterKey":');
      const { errors, status } = await backfill('damaged/');
      assert.match(errors, /damaged-\.json does not contain the progress of a backfill\. Delete it/);
      assert.equal(status, 1);
      assert.equal(await readFile(file, 'utf8'), '{"afterKey":');
    });

    test('for an unwritable state file, before it sends anything', async () => {
      await pipeline.uploadQuietly('unwritable/1.jpg', pictureOf('15가1001'));
      const missing = stateFile('missing-directory-');
      const { errors, status } = await backfill('unwritable/', '--state', path.join(missing, 'state.json'));
      assert.match(errors, /^error: The state file \S+\/state\.json cannot be used: ENOENT.*\n$/m);
      assert.doesNotMatch(errors, /continues from there/);
      assert.equal(status, 1);
      await pipeline.queueIsEmpty();
      assert.deepEqual(await pipeline.recordsOf('unwritable/1.jpg', () => true), []);
    });

    test('for the state file of another backfill', async () => {
      const state = { uri: 's3://other/', queueUrl: 'http://other', afterKey: 'x', sent: 1, skipped: 0 };
      await writeFile(stateFile('other-'), JSON.stringify(state));
      const { errors, status } = await backfill('other/');
      assert.match(errors, /belongs to the backfill of s3:\/\/other\/ to http:\/\/other\. Name another file/);
      assert.equal(status, 1);
    });
  });
});
