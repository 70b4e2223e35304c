import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, test, type TestContext } from 'vitest';
import * as z from 'zod';
import { createPictureStore } from '../../functions/adapters/picture-store.ts';
import { createReadingsTable } from '../../functions/adapters/readings-table.ts';
import { createVehiclePlateEndpoint } from '../../functions/adapters/vehicle-plate-endpoint.ts';
import { captureOf } from '../../functions/core/capture/capture.ts';
import { imageIdOf, type UploadedObject } from '../../functions/core/message/uploaded-object.ts';
import { parseKeyTemplate } from '../../functions/core/capture/key-template.ts';
import { parseNotification } from '../../functions/core/message/notification.ts';
import { announcedRecord, finalRecord } from '../../functions/core/record/build-record.ts';
import { createAskEndpoint } from '../../functions/read-plate/ask-endpoint.ts';
import { createReadPicture } from '../../functions/read-plate/read-picture.ts';
import { listenOnLoopback } from '../../infra/local/loopback-server.ts';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import type { TelemetryCall } from '../functions/adapters/telemetry-worker.ts';
import { clientConfiguration } from '../functions/adapters/client-configuration.ts';
import { closedBreaker } from '../fakes/closed-breaker.ts';
import { fetchedJpeg } from '../fakes/in-memory-picture-store.ts';
import { createInMemoryReadingsTable } from '../fakes/in-memory-readings-table.ts';
import { createInMemorySecretStore } from '../fakes/in-memory-secret-store.ts';
import { makeEventBridgeBody, makeS3Body, makeS3Record } from '../fakes/s3-events.ts';
import { box } from '../fakes/scripted-endpoint.ts';

const nowMs = Date.parse('2026-11-22T08:15:05.000Z');

/**
 * Meant to break out of a header, a line, a path, a query, a quoted string, an XML or JSON text, or an
 * object.
 */
const breakoutKeys = [
  'a\r\nX-Injected: yes\r\n\r\n',
  'a\nb\rc\u2028d\u2029e\u0085f.jpg',
  '"; filename="other.exe',
  '\\"\\\r\n--boundary--\r\n',
  `'"\`$(id)\${id}{{id}}<!--`,
  '../../../etc/passwd',
  '..',
  '.',
  '..',
  '/leading//double//',
  '..%2f..%2f',
  '%',
  '%0d%0aX-Injected: yes',
  '+ +%2B+',
  '?versionId=other&x=y#fragment',
  'key?etag=0123456789abcdef0123456789abcdef',
  'sha256=0000000000000000000000000000000000000000000000000000000000000000',
  '__proto__',
  '__proto__/polluted',
  'constructor/prototype',
  'toString',
  'hasOwnProperty',
  '\u202egpj.exe\u202c',
  '\u200f\u200e\u2066rtl\u2069',
  '\u0000nul\u0000.jpg',
  '\u001b[31mred\u001b[0m',
  '\ufeffbom',
  '가나다/각.jpg',
  '각.jpg'.normalize('NFD'),
  '각.jpg'.normalize('NFC'),
  '🚗'.repeat(256),
  '👨‍👩‍👧‍👦'.repeat(40),
  '{"level":"ERROR","message":"picture read"}\n{"_aws":{}}',
  '</Key><Key>other</Key>',
  '\uffff\u{10ffff}',
  ' ',
  '\t',
];

const anyKey = fc
  .oneof(
    { weight: 3, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 256, size: 'max' }) },
    { weight: 1, arbitrary: fc.constantFrom(...breakoutKeys) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...breakoutKeys), fc.string({ unit: 'binary', maxLength: 20 }))
        .map(([start, end]) => start + end),
    },
  )
  .filter((key) => Buffer.byteLength(key) <= 1024);

/** As S3 writes keys into its notifications. */
function s3Encoded(key: string): string {
  return encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
}

/** The image that an S3 event announces for this key. */
function announcedImage(key: string): UploadedObject {
  const { objects: images, faults } = parseNotification(
    makeS3Body(makeS3Record({ key: s3Encoded(key), versionId: 'v1' })),
  );
  assert.deepEqual(faults, []);
  const [image] = images;
  assert(image);
  return image;
}

/** Control, format and unassigned characters, and the separators of lines: what changes how a line reads. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]/u;

const polluted = z.object({ polluted: z.unknown() });
const untouchedNames = Reflect.ownKeys(Object.prototype);

function assertPrototypeUntouched(): void {
  assert.deepEqual(Reflect.ownKeys(Object.prototype), untouchedNames);
  assert.equal(polluted.safeParse({}).data?.polluted, undefined);
}

describe('any key', () => {
  test('survives the event of S3 and the event of EventBridge', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const throughEventBridge = parseNotification(
          makeEventBridgeBody({ key, 'version-id': 'v1' }),
        ).objects;
        assert.deepEqual([announcedImage(key).key, throughEventBridge[0]?.key], [key, key]);
        assert.equal(throughEventBridge[0]?.imageId, announcedImage(key).imageId);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  test('has an imageId of visible ASCII that says it, unless it would be too long', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const { imageId } = announcedImage(key);
        assert.match(imageId, /^[!-~]{1,2048}$/);
        const encoded = /^s3:\/\/pictures\/([^?]*)\?versionId=v1$/.exec(imageId)?.[1] ?? assert.fail(imageId);
        assert(encoded.startsWith('sha256=') || decodeURIComponent(encoded) === key);
      }),
      { seed: 2, numRuns: 1000 },
    );
  });

  test('has an imageId of its own', () => {
    const imageIdsOf = (keys: readonly string[]) => new Set(keys.map((key) => announcedImage(key).imageId));
    assert.equal(imageIdsOf(breakoutKeys).size, new Set(breakoutKeys).size);
    fc.assert(
      fc.property(fc.uniqueArray(anyKey, { minLength: 2, maxLength: 20 }), (keys) => {
        assert.equal(imageIdsOf(keys).size, keys.length);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test('cannot name the bytes of another: key, version and ETag never run into one another', () => {
    const token = fc.string({
      unit: fc.constantFrom('a', '?', '&', '=', '/', '%', 'e'),
      minLength: 1,
      maxLength: 8,
    });
    const bytes = fc.oneof(
      token.map((versionId) => ({ versionId })),
      token.map((etag) => ({ etag })),
    );
    const named = fc.tuple(token, bytes);
    fc.assert(
      fc.property(named, named, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        assert.equal(imageIdOf('pictures', ...one) === imageIdOf('pictures', ...other), same);
      }),
      { seed: 4, numRuns: 3000 },
    );
  });
});

describe('any key and any metadata leave a record that is plain and can be stored:', () => {
  const parsed = parseKeyTemplate('{camera}/*');
  const keyTemplate = parsed.kind === 'template' ? parsed.match : undefined;
  const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 100 }), fc.constantFrom(...breakoutKeys));
  const metadata = fc.oneof(
    fc.record({ camera: anyText, 'captured-at': anyText }, { requiredKeys: [] }),
    anyText.map((name) => ({ camera: `=?UTF-8?B?${Buffer.from(name).toString('base64')}?=` })),
    anyText.map((name) => ({ camera: `=?UTF-8?Q?${name}=F0=9F=?= =?utf-8?b?8J8?=` })),
    // JSON.parse makes __proto__ a name like any other.
    anyText.map((value): Record<string, string> => Object.fromEntries([['__proto__', value]])),
  );

  test('own attributes only, each as it was', () => {
    fc.assert(
      fc.property(anyKey, metadata, (key, found) => {
        const image = announcedImage(key);
        const capture = captureOf(image, keyTemplate, found);
        const announced = announcedRecord(image, capture, nowMs, 90);
        const record = finalRecord(
          { kind: 'gone', reason: { code: 'DELETED', message: 'Gone.' } },
          undefined,
          capture,
          nowMs,
          { retentionDays: 90, reviewBelowConfidence: 0.8 },
        );
        for (const row of [announced, record]) {
          assert.equal(Object.getPrototypeOf(row), Object.prototype);
          assert.deepEqual(unmarshall(marshall({ ...row })), { ...row });
        }
        assert.equal(announced.key, key);
        assertPrototypeUntouched();
      }),
      { seed: 5, numRuns: 1000 },
    );
  });

  test('a camera’s name is never empty, and never longer than a sort key of DynamoDB', () => {
    // S3 allows 2 KB of metadata, and hands out what is not ASCII in the form of RFC 2047, which is longer.
    const longName = fc
      .tuple(fc.constantFrom('a', '가', '🚗'), fc.integer({ min: 1, max: 3000 }))
      .map(([letter, length]) => letter.repeat(length));
    fc.assert(
      fc.property(anyKey, fc.oneof(anyText, longName), (key, name) => {
        const { camera } = captureOf(announcedImage(key), keyTemplate, { camera: name });
        const sizeBytes = Buffer.byteLength(camera);
        assert(sizeBytes > 0 && sizeBytes <= 1024, `a camera's name has ${sizeBytes} bytes`);
      }),
      { seed: 6, numRuns: 300 },
    );
  });
});

describe('in the log', () => {
  /** What a process that makes these calls writes on standard output and standard error. */
  async function outputOf(calls: readonly TelemetryCall[]): Promise<string> {
    const worker = new Worker(new URL('../functions/adapters/telemetry-worker.ts', import.meta.url), {
      workerData: calls,
      stdout: true,
      stderr: true,
      env: { POWERTOOLS_SERVICE_NAME: 'read-plate', POWERTOOLS_METRICS_NAMESPACE: 'Plateline' },
    });
    const [stdout, stderr] = await Promise.all([text(worker.stdout), text(worker.stderr)]);
    return stdout + stderr;
  }

  test('every picture is one line of JSON of visible characters, whatever its key', async () => {
    const keys = [...breakoutKeys, ...fc.sample(anyKey, { seed: 7, numRuns: 500 })];
    const imageIds = keys.map((key) => announcedImage(key).imageId);
    const error = new Error('\n    at hostile');
    const output = await outputOf(
      imageIds.map((imageId, index): TelemetryCall => ({
        kind: 'picture-ended',
        end: {
          messageId: String(index),
          imageId,
          outcome: { kind: 'duplicate' },
          camera: 'gate',
          calls: 0,
          latenciesMs: [],
          ...(index % 2 === 0 ? {} : { error }),
        },
      })),
    );
    const lines = output.split('\n').filter((line) => line !== '' && !line.includes('"_aws"'));
    const logLine = z.looseObject({ imageId: z.string() });
    assert.deepEqual(
      lines.map((line) => logLine.parse(JSON.parse(line)).imageId),
      imageIds,
    );
    const [bad] = lines.filter((line) => invisible.test(line));
    assert.equal(bad, undefined);
  });

  test('every faulty message is one line of JSON of visible characters, whatever is in it', async () => {
    const faults = breakoutKeys.flatMap(
      (key) => parseNotification(JSON.stringify({ [key]: key, Records: [{ [key]: key }, key] })).faults,
    );
    const output = await outputOf(
      faults.map((fault): TelemetryCall => ({ kind: 'message-parked', messageId: '1', faults: [fault] })),
    );
    const lines = output.split('\n').filter((line) => line !== '' && !line.includes('"_aws"'));
    assert.equal(lines.length, faults.length);
    for (const line of lines) {
      JSON.parse(line);
      assert.doesNotMatch(line, invisible);
    }
  });
});

/** Keeps every byte that comes, and answers each whole request with `reply`. */
async function startRecordingServer(t: TestContext, isWhole: (request: string) => boolean, reply: string) {
  const requests: string[] = [];
  const sockets: Socket[] = [];
  const server = createTcpServer((socket) => {
    sockets.push(socket);
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (!isWhole(received)) return;
      requests.push(received);
      received = '';
      socket.write(reply);
    });
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  t.onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { url: `http://127.0.0.1:${address.port}`, host: `127.0.0.1:${address.port}`, requests };
}

test('nothing of a key or of its metadata reaches the endpoint: the request is the same but for its boundary', async (t) => {
  const body = JSON.stringify({
    header: { isSuccessful: true, resultCode: 0 },
    result: { values: [{ value: '123가4567', conf: 0.9 }], boxes: [box] },
  });
  const server = await startRecordingServer(
    t,
    (request) => request.endsWith('--\r\n'),
    `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const endpoint = createVehiclePlateEndpoint(
    { ocrOrigin: server.url, ocrApi: 'vehicle-plate', ocrTimeoutMs: 5000, ocrConcurrency: 1 },
    () => nowMs,
  );
  let metadata: Readonly<Record<string, string>> = {};
  const readPicture = createReadPicture({
    table: createInMemoryReadingsTable(),
    pictures: { fetch: () => Promise.resolve({ ...fetchedJpeg, metadata }) },
    askForPlates: createAskEndpoint({
      breaker: closedBreaker,
      secrets: createInMemorySecretStore({ appKey: 'app-key', secretKey: 'secret-key' }),
      endpoint,
      now: () => nowMs,
    }),
    settings: { ocrTimeoutMs: 5000, retentionDays: 90, reviewBelowConfidence: 0.8, keyTemplate: undefined },
    now: () => nowMs,
    newClaimOwner: () => crypto.randomUUID(),
  });
  const keys = new Set([...breakoutKeys, ...fc.sample(anyKey, { seed: 8, numRuns: 100 })]);
  for (const key of keys) {
    metadata = { camera: key, 'captured-at': key };
    const { outcome } = await readPicture(announcedImage(key), {
      remainingTimeMs: () => 60_000,
      delaySecondsFor: () => 1,
    });
    assert.equal(outcome.kind, 'read');
  }

  const shapes = server.requests.map((request) => {
    const boundary = /boundary=(plateline-[\w-]{36})\r\n/.exec(request)?.[1] ?? assert.fail(request);
    return request.replaceAll(boundary, 'BOUNDARY');
  });
  assert.equal(shapes.length, keys.size);
  const jpeg = fetchedJpeg.kind === 'fetched' ? Buffer.concat(fetchedJpeg.parts).toString('latin1') : '';
  const form = [
    '--BOUNDARY',
    'Content-Disposition: form-data; name="image"; filename="picture.jpeg"',
    'Content-Type: image/jpeg',
    '',
    jpeg,
    '--BOUNDARY--',
    '',
  ].join('\r\n');
  const head = [
    'POST /v1.0/appkeys/app-key/vehicle-plate HTTP/1.1',
    `host: ${server.host}`,
    'connection: keep-alive',
    'authorization: secret-key',
    'content-type: multipart/form-data; boundary=BOUNDARY',
    `content-length: ${form.length + 2 * ('plateline-'.length + 36 - 'BOUNDARY'.length)}`,
    '',
    '',
  ].join('\r\n');
  assert.deepEqual([...new Set(shapes)], [head + form]);
});

test('a key reaches S3 in the request’s path alone, and whole', async (t) => {
  const error = '<Error><Code>NoSuchKey</Code></Error>';
  const server = await startRecordingServer(
    t,
    (request) => request.endsWith('\r\n\r\n'),
    `HTTP/1.1 404 Not Found\r\ncontent-type: application/xml\r\ncontent-length: ${error.length}\r\n\r\n${error}`,
  );
  const pictures = createPictureStore({ ...clientConfiguration(server.url), forcePathStyle: true });
  const keys = [...breakoutKeys, ...fc.sample(anyKey, { seed: 9, numRuns: 100 })];
  for (const key of keys) {
    const object = await pictures.fetch(announcedImage(key));
    assert.equal(object.kind, 'gone');
  }
  const headerNames = new Set<string>();
  server.requests.forEach((request, index) => {
    const [requestLine = '', ...lines] = request.slice(0, -4).split('\r\n');
    const path =
      /^GET \/pictures\/([!-~]*)\?versionId=v1&x-id=GetObject HTTP\/1\.1$|^GET \/pictures\/([!-~]*)\?x-id=GetObject&versionId=v1 HTTP\/1\.1$/.exec(
        requestLine,
      );
    assert.equal(decodeURIComponent(path?.[1] ?? path?.[2] ?? assert.fail(requestLine)), keys[index]);
    for (const line of lines)
      headerNames.add(/^([\w-]+): /.exec(line)?.[1]?.toLowerCase() ?? assert.fail(line));
  });
  assert.equal(server.requests.length, keys.length);
  assert.equal(headerNames.has('x-injected'), false);
});

test('metadata named after the parts of a prototype changes none', async (t) => {
  const server = await listenOnLoopback(
    createHttpServer((_request, response) => {
      response.writeHead(200, {
        'content-length': 1,
        'x-amz-meta-__proto__': '{"polluted":true}',
        'x-amz-meta-constructor': 'polluted',
        'x-amz-meta-tostring': 'polluted',
        'x-amz-meta-camera': '__proto__',
      });
      response.end('1');
    }),
    0,
  );
  t.onTestFinished(() => server.stop());
  const object = await createPictureStore(clientConfiguration(server.url)).fetch(announcedImage('1.jpg'));
  assert.equal(object.kind, 'fetched');
  assert.equal(Object.getPrototypeOf(object.metadata), Object.prototype);
  assert.equal(captureOf(announcedImage('1.jpg'), undefined, object.metadata).camera, '__proto__');
  assertPrototypeUntouched();
});

describe('DynamoDB gives back', () => {
  let stack: LocalStack;
  let client: DynamoDBClient;
  beforeAll(async () => {
    stack = await startLocalStack({ polling: false });
    client = new DynamoDBClient(stack.dynamodb.clientConfiguration);
  });
  afterAll(async () => {
    client.destroy();
    await stack.stop();
  });

  test('every key, camera and imageId as it was', async () => {
    const table = createReadingsTable(stack.tableName, stack.dynamodb.clientConfiguration);
    for (const key of [...breakoutKeys, ...fc.sample(anyKey, { seed: 10, numRuns: 40 })]) {
      const image = announcedImage(key);
      const announced = announcedRecord(image, captureOf(image, undefined, { camera: key }), nowMs, 90);
      const claim = { owner: 'owner', nowMs, untilMs: nowMs + 60_000 };
      await table.claim(image.imageId, announced, claim);
      const { Item: item = {} } = await client.send(
        new GetItemCommand({ TableName: stack.tableName, Key: marshall({ imageId: image.imageId }) }),
      );
      const { camera, imageId } = z
        .looseObject({ camera: z.string(), imageId: z.string() })
        .parse(unmarshall(item));
      assert.deepEqual([item['key'], camera, imageId], [{ S: key }, announced.camera, image.imageId]);
    }
  });
});
