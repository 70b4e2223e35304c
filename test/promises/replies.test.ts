import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Answer } from '../../infra/local/endpoint/endpoint-script.ts';
import { listenOnLoopback } from '../../infra/local/loopback-server.ts';
import {
  isFinal,
  isWaiting,
  pictureOf,
  plateBox,
  reasonCodeOf,
  startPipeline,
  type Pipeline,
} from './pipeline.ts';

const failure = (resultCode: number, status = 200): Answer => ({ kind: 'failure', resultCode, status });
const json = (body: unknown): Answer => ({
  kind: 'reply',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const success = (result: unknown): Answer =>
  json({ header: { isSuccessful: true, resultCode: 0, resultMessage: 'SUCCESS' }, result });

/** Each with the status that the record ends with, or the code of the reason for which the picture waits. */
const replies: Record<string, { answer: Answer; becomes: string }> = {
  '0 with an empty list': { answer: { kind: 'plates', plates: [] }, becomes: 'NO_PLATE' },
  '4000201': { answer: failure(4000201), becomes: 'NO_PLATE' },
  '5004003, twice': { answer: failure(5004003), becomes: 'UNREADABLE' },
  '4000001': { answer: failure(4000001), becomes: 'REJECTED' },
  '4000002': { answer: failure(4000002), becomes: 'REJECTED' },
  '4000003': { answer: failure(4000003), becomes: 'REJECTED' },
  '4000004': { answer: failure(4000004), becomes: 'REJECTED' },
  '4131000': { answer: failure(4131000), becomes: 'REJECTED' },
  'HTTP 413 with a page of HTML': {
    answer: { kind: 'reply', status: 413, body: '<html>Request Entity Too Large</html>' },
    becomes: 'REJECTED',
  },
  '400': { answer: failure(400, 400), becomes: 'REJECTED' },
  '415': { answer: failure(415, 415), becomes: 'REJECTED' },
  '401': { answer: failure(401, 401), becomes: 'UNAUTHORIZED' },
  '403': { answer: failure(403, 403), becomes: 'FORBIDDEN' },
  '4010001': { answer: failure(4010001), becomes: 'INVALID_APPKEY_SECRETKEY' },
  '4010002': { answer: failure(4010002), becomes: 'INVALID_UUID' },
  '4010003': { answer: failure(4010003), becomes: 'NOT_ALLOWED_USER' },
  '4010004': { answer: failure(4010004), becomes: 'INVALID_PROJECT' },
  '4010005': { answer: failure(4010005), becomes: 'UNAUTHORIZED_ROLE' },
  '404': { answer: failure(404, 404), becomes: 'NOT_FOUND' },
  '405': { answer: failure(405, 405), becomes: 'METHOD_NOT_ALLOWED' },
  '4041007': { answer: failure(4041007, 404), becomes: 'URL_NOT_FOUND' },
  '4000005': { answer: failure(4000005), becomes: 'REQUIRED_HEADER_MISSING' },
  '4000006 of the service': { answer: failure(4000006), becomes: 'CALL_LIMIT_EXCEEDED' },
  '4000006 of the gateway': { answer: failure(4000006, 400), becomes: 'CALL_LIMIT_EXCEEDED' },
  'HTTP 429 without an envelope': {
    answer: { kind: 'reply', status: 429, body: '' },
    becomes: 'TOO_MANY_REQUESTS',
  },
  '4291000': { answer: failure(4291000, 429), becomes: 'TOO_MANY_REQUESTS' },
  '4291001': { answer: failure(4291001, 429), becomes: 'QUOTA_USED_UP' },
  '5000503': { answer: failure(5000503), becomes: 'API_TEMPORARILY_UNAVAILABLE' },
  ...Object.fromEntries(
    [-1, 5000001, 5000002, 5000003, 5000004, 5000005, 5004001, 5004002, 5020001, 5030001].map((code) => [
      String(code),
      { answer: failure(code), becomes: 'VENDOR_FAILURE' },
    ]),
  ),
  'HTTP 502 with a page of HTML': {
    answer: { kind: 'reply', status: 502, body: '<html>Bad Gateway</html>' },
    becomes: 'VENDOR_FAILURE',
  },
  'a code of no table': { answer: failure(4999999), becomes: 'BROKEN_CONTRACT' },
  'HTML with HTTP 200': {
    answer: { kind: 'reply', body: '<html>Welcome</html>' },
    becomes: 'BROKEN_CONTRACT',
  },
  'JSON without a header': { answer: json({ result: {} }), becomes: 'BROKEN_CONTRACT' },
  'values without boxes': {
    answer: success({ values: [{ value: '99가9999', conf: 0.9 }] }),
    becomes: 'BROKEN_CONTRACT',
  },
  'a confidence of "0.9"': {
    answer: success({ values: [{ value: '99가9999', conf: '0.9' }], boxes: [plateBox] }),
    becomes: 'BROKEN_CONTRACT',
  },
  'a redirect': {
    answer: { kind: 'reply', status: 302, headers: { location: 'http://127.0.0.1:9/elsewhere' }, body: '' },
    becomes: 'BROKEN_CONTRACT',
  },
  '100 MB of reply': { answer: { kind: 'flood', sizeBytes: 100 * 1024 * 1024 }, becomes: 'BROKEN_CONTRACT' },
  'half a reply': { answer: { kind: 'half' }, becomes: 'OCR_CONNECTION_LOST' },
  'a dropped connection, twice': { answer: { kind: 'drop' }, becomes: 'OCR_CONNECTION_LOST' },
  'no reply': { answer: { kind: 'silence' }, becomes: 'OCR_TIMEOUT' },
};

describe('each reply of the endpoint becomes what it says of the picture, and costs its batch nothing', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await startPipeline({ polling: false, environment: { OCR_TIMEOUT_MS: '3000' } });
    for (const [index, [key, { answer }]] of Object.entries(replies).entries()) {
      const picture = pictureOf(`${100 + index}가1111`);
      const sha256 = createHash('sha256').update(picture).digest('hex');
      pipeline.stack.vehiclePlateEndpoint.script({ when: (call) => call.sha256 === sha256, answer });
      await pipeline.upload(key, picture);
      await pipeline.upload(`beside ${key}`, pictureOf(`${100 + index}나2222`));
    }
    pipeline.stack.startPolling();
  });
  afterAll(() => pipeline.stop());

  for (const [key, { becomes }] of Object.entries(replies)) {
    test(`${key}: ${becomes}`, async () => {
      const record = await pipeline.recordOf(key, (found) => isFinal(found) || isWaiting(found));
      assert.equal(isFinal(record) ? record['status'] : reasonCodeOf(record), becomes);
    });

    test(`${key}: the picture next to it is read`, async () => {
      assert.equal((await pipeline.recordOf(`beside ${key}`, isFinal))['status'], 'READ');
    });
  }

  test('a plate that could not be read is asked about once more, and no more', async () => {
    assert.equal((await pipeline.recordOf('5004003, twice', isFinal))['calls'], 2);
  });

  test('nothing of the redirect reached the other address', () => {
    assert.equal(
      pipeline.log.some((line) => line.includes('elsewhere')),
      false,
    );
  });
});

test('of two plates both are kept in their order, and the more certain one is shown', async (t) => {
  const pipeline = await startPipeline();
  t.onTestFinished(() => pipeline.stop());
  const plates = [
    { plate: '12가3456', confidence: 0.5, box: plateBox },
    { plate: '서울12바5215', confidence: 0.75, box: { ...plateBox, x1: 100 } },
  ];
  await pipeline.upload('two.png', pictureOf(...plates));
  const record = await pipeline.recordOf('two.png', isFinal);
  assert.deepEqual(record['plates'], plates);
  assert.deepEqual(
    { plate: record['plate'], confidence: record['confidence'], box: record['box'] },
    plates[1],
  );
});

test('a refused connection makes the picture wait', async (t) => {
  const nobody = await listenOnLoopback(createServer(), 0);
  await nobody.stop();
  const pipeline = await startPipeline({ environment: { OCR_BASE_URL: nobody.url } });
  t.onTestFinished(() => pipeline.stop());
  await pipeline.upload('refused.png', pictureOf('11가1111'));
  assert.equal(reasonCodeOf(await pipeline.recordOf('refused.png', isWaiting)), 'OCR_UNREACHABLE');
  await pipeline.messagesWaiting(1);
});

test('a secret that was changed is read again, and the picture is read with it at once', async (t) => {
  const pipeline = await startPipeline({ concurrency: 1 });
  t.onTestFinished(() => pipeline.stop());
  await pipeline.upload('before.png', pictureOf('11가1111'));
  await pipeline.recordOf('before.png', isFinal);
  pipeline.stack.vehiclePlateEndpoint.script({ times: 1, answer: failure(4010001, 401) });
  await pipeline.upload('after.png', pictureOf('12가1111'));
  const record = await pipeline.recordOf('after.png', isFinal);
  assert.deepEqual([record['status'], record['calls']], ['READ', 2]);
  assert.equal(pipeline.stack.ssm.requests.length, 2);
});
