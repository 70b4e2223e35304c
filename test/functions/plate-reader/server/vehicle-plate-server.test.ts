import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, test } from 'vitest';
import { eventually } from '../../../eventually.ts';
import type { Box } from '../../../../functions/core/record/plate-read.ts';
import type { PictureReading } from '../../../../functions/plate-reader/picture-reading.ts';
import type { PlateReader } from '../../../../functions/plate-reader/plate-reader.ts';
import { ReaderError } from '../../../../functions/plate-reader/reader-error.ts';
import type { AnsweredRequest } from '../../../../functions/plate-reader/server/vehicle-plate-app.ts';
import { startVehiclePlateServer } from '../../../../functions/plate-reader/server/vehicle-plate-server.ts';

const keys = { appKey: 'app-key', secretKey: 'secret-key' };
const documentedPath = '/v1.0/appkeys/app-key/vehicle-plate';
const box: Box = { x1: 1, y1: 2, x2: 101, y2: 2, x3: 101, y3: 22, x4: 1, y4: 22 };
const picture = { fileType: 'jpeg', width: 1280, height: 720, orientation: 1, resolution: 'normal' } as const;
const onePlate: PictureReading = {
  kind: 'read',
  plates: [{ plate: '12가3456', confidence: 0.91, box }],
  picture,
};
const noPlate: PictureReading = { kind: 'read', plates: [], picture };
const refusedAs = (code: string): PictureReading => ({ kind: 'refused', reason: { code, message: 'No.' } });

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server over a reader that answers what the test says. */
async function start(
  read: PlateReader['read'] = () => Promise.resolve(onePlate),
  maxBytes = 5 * 1024 * 1024,
  isReady = () => true,
) {
  const requests: AnsweredRequest[] = [];
  const server = await startVehiclePlateServer({
    reader: { read, isReady },
    modelVersion: 'test-model',
    keys,
    host: '127.0.0.1',
    port: 0,
    maxBytes,
    log: (request) => requests.push(request),
    newRequestId: () => 'new-request-id',
  });
  closers.push(() => server.close());
  return { ...server, requests };
}

function formWith(bytes: Uint8Array, fieldName = 'image'): FormData {
  const form = new FormData();
  form.append(fieldName, new Blob([Buffer.from(bytes)]), 'car.jpg');
  return form;
}

const someBytes = Buffer.from('the bytes of a picture');

async function post(
  url: string,
  {
    path = documentedPath,
    headers = { authorization: keys.secretKey },
    body = formWith(someBytes),
  }: {
    readonly path?: string;
    readonly headers?: Record<string, string>;
    readonly body?: FormData | string;
  } = {},
) {
  const reply = await fetch(`${url}${path}`, { method: 'POST', headers, body });
  return { status: reply.status, headers: reply.headers, body: await reply.json() };
}

/** What the server sends first. */
function firstData(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('data', (data) => {
      resolve(data.toString());
    });
  });
}

const failure = (resultCode: number, resultMessage: string) => ({
  header: { isSuccessful: false, resultCode, resultMessage },
});

describe('a picture that the reader read', () => {
  test("is answered with the vendor's envelope", async () => {
    const { url } = await start();
    const { status, body } = await post(url);
    assert.equal(status, 200);
    assert.deepEqual(body, {
      header: { isSuccessful: true, resultCode: 0, resultMessage: 'SUCCESS' },
      result: {
        fileType: 'jpeg',
        values: [{ value: '12가3456', conf: 0.91 }],
        boxes: [box],
        resolution: 'normal',
      },
    });
  });

  test('reaches the reader byte by byte', async () => {
    const bytes: Uint8Array[] = [];
    const { url } = await start((read) => {
      bytes.push(read);
      return Promise.resolve(onePlate);
    });
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    await post(url, { body: formWith(all) });
    assert.deepEqual(
      bytes.map((read) => Buffer.from(read)),
      [all],
    );
  });

  test('without a plate is answered as the vendor does', async () => {
    const { url } = await start(() => Promise.resolve(noPlate));
    assert.deepEqual((await post(url)).body, failure(4000201, 'VEHICLE_PLATE_NOT_FOUND'));
  });
});

const refusals = {
  EMPTY: [200, 4000004, 'UPLOADED_FILE_IS_EMPTY'],
  UNKNOWN_FILE_TYPE: [200, 4000003, 'INVALID_FILE_TYPE'],
  UNREADABLE_HEADER: [200, 4000002, 'INVALID_FILE'],
  DAMAGED_PICTURE: [200, 4000002, 'INVALID_FILE'],
  TOO_MANY_PIXELS: [200, 4000002, 'INVALID_FILE'],
  TOO_LARGE: [413, 4131000, 'MAX_UPLOAD_SIZE_EXCEEDED'],
} as const;
describe('a form is taken in every spelling of its type that RFC 9110 allows', () => {
  for (const contentType of [
    'multipart/form-data; boundary=X',
    'multipart/form-data ; boundary=X',
    'Multipart/Form-Data;BOUNDARY=X',
    'multipart/form-data; charset=utf-8; boundary="X"',
  ]) {
    test(contentType, async () => {
      const { url } = await start();
      const { body } = await post(url, {
        headers: { authorization: keys.secretKey, 'content-type': contentType },
        body: '--X\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\nabc\r\n--X--\r\n',
      });
      assert.match(JSON.stringify(body), /"resultCode":0/);
    });
  }
});

describe('a picture that the reader refuses', () => {
  for (const [code, [httpStatus, resultCode, message]] of Object.entries(refusals)) {
    test(`as ${code} has the result code ${resultCode}`, async () => {
      const { url } = await start(() => Promise.resolve(refusedAs(code)));
      const { status, body } = await post(url);
      assert.equal(status, httpStatus);
      assert.deepEqual(body, failure(resultCode, message));
    });
  }
});

describe('a request that the contract refuses:', () => {
  const malformed = { authorization: keys.secretKey, 'content-type': 'multipart/form-data; boundary=b' };
  const cases = {
    'another path': [{ path: '/v1.0/plate' }, 404, 4041007, 'URL_NOT_FOUND'],
    'no secret key': [{ headers: {} }, 200, 4000005, 'REQUIRED_HEADER_MISSING'],
    'another secret key': [{ headers: { authorization: 'x' } }, 401, 4010001, 'INVALID_APPKEY_SECRETKEY'],
    'another app key': [
      { path: documentedPath.replace('app-key', 'another') },
      401,
      4010001,
      'INVALID_APPKEY_SECRETKEY',
    ],
    'a secret key with a scheme': [
      { headers: { authorization: `Bearer ${keys.secretKey}` } },
      401,
      4010001,
      'INVALID_APPKEY_SECRETKEY',
    ],
    'a body that is no form': [{ body: '{}' }, 415, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    'a form without its end': [
      {
        headers: malformed,
        body: '--b\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\nabc',
      },
      400,
      400,
      'BAD_REQUEST',
    ],
    'a form whose type has no boundary': [
      { headers: { ...malformed, 'content-type': 'multipart/form-data; xboundary=b' }, body: '--b--\r\n' },
      400,
      400,
      'BAD_REQUEST',
    ],
    'a form with ten thousand files': [
      {
        headers: malformed,
        body:
          '--b\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\na\r\n'.repeat(10_000) +
          '--b--\r\n',
      },
      200,
      4000001,
      'INVALID_PARAMETER',
    ],
    'a form without the field image': [
      { body: formWith(someBytes, 'photo') },
      200,
      4000001,
      'INVALID_PARAMETER',
    ],
    'an empty file': [{ body: formWith(Buffer.alloc(0)) }, 200, 4000004, 'UPLOADED_FILE_IS_EMPTY'],
  } as const;
  for (const [name, [request, httpStatus, resultCode, message]] of Object.entries(cases)) {
    test(name, async () => {
      const { url } = await start();
      const { status, body } = await post(url, request);
      assert.equal(status, httpStatus);
      assert.deepEqual(body, failure(resultCode, message));
    });
  }

  test('two files', async () => {
    const { url } = await start();
    const form = formWith(someBytes);
    form.append('image', new Blob(['another']), 'b.jpg');
    assert.deepEqual((await post(url, { body: form })).body, failure(4000001, 'INVALID_PARAMETER'));
  });

  test('another method', async () => {
    const { url } = await start();
    const reply = await fetch(`${url}${documentedPath}`);
    assert.equal(reply.status, 405);
    assert.deepEqual(await reply.json(), failure(405, 'METHOD_NOT_ALLOWED'));
  });
});

describe('a request that is too large', () => {
  test('is refused by its length before its body arrives', async () => {
    const { url } = await start(undefined, 2000);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      `POST ${documentedPath} HTTP/1.1\r\nHost: h\r\nAuthorization: ${keys.secretKey}\r\n` +
        'Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000000\r\n\r\n',
    );
    const reply = await firstData(socket);
    assert.match(reply, /^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  test('is refused while it arrives where its length is not said', async () => {
    const { url } = await start(undefined, 2000);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => socket.destroy());
    socket.write(
      `POST ${documentedPath} HTTP/1.1\r\nHost: h\r\nAuthorization: ${keys.secretKey}\r\n` +
        'Content-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    socket.write(`bb8\r\n${'x'.repeat(3000)}\r\n`);
    const reply = await firstData(socket);
    assert.match(reply, /^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  test('of 100 MB never reaches the reader', async () => {
    let reads = 0;
    const { url } = await start(() => {
      reads += 1;
      return Promise.resolve(onePlate);
    });
    // The server may close the connection while the client still sends.
    const outcome = await post(url, { body: formWith(Buffer.alloc(100_000_000)) }).catch(() => 'closed');
    assert.ok(outcome === 'closed' || (typeof outcome === 'object' && outcome.status === 413));
    assert.equal(reads, 0);
  });
});

describe('a reader that fails', () => {
  test('because its queue is full is answered with 429 and Retry-After', async () => {
    const { url } = await start(() => Promise.reject(new ReaderError('READER_BUSY', 'The queue is full.')));
    const { status, headers, body } = await post(url);
    assert.equal(status, 429);
    assert.equal(headers.get('retry-after'), '1');
    assert.deepEqual(body, failure(4291000, 'TOO_MANY_REQUESTS'));
  });

  test('in any other way is a failure of the service, which says nothing of the picture', async () => {
    const { url } = await start(() => Promise.reject(new Error('12가3456 is in here')));
    const { status, body } = await post(url);
    assert.equal(status, 200);
    assert.deepEqual(body, failure(5000001, 'INTERNAL_ERROR'));
  });
});

describe('a client that hangs up', () => {
  test('takes its picture out of the queue', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<AbortSignal | undefined>();
    const { promise: reading, reject: finish } = Promise.withResolvers<PictureReading>();
    const { url, requests } = await start((_bytes, options) => {
      begin(options?.signal);
      return reading;
    });
    const hangUp = new AbortController();
    const form = formWith(someBytes);
    const sent = fetch(`${url}${documentedPath}`, {
      method: 'POST',
      headers: { authorization: keys.secretKey },
      body: form,
      signal: hangUp.signal,
    });
    const signal = await begun;
    assert.ok(signal);
    hangUp.abort();
    await assert.rejects(sent);
    if (!signal.aborted) await once(signal, 'abort');
    assert.ok(signal.aborted);
    finish(signal.reason);
    const [request] = await eventually('the request in the log', () =>
      requests.length > 0 ? requests : undefined,
    );
    assert.deepEqual([request?.status, request?.error], [499, 'CONNECTION_CLOSED']);
  });
});

describe('a client that hangs up in the middle of its upload is counted as that, not as a failure', () => {
  for (const [name, lengthHeader, begun] of [
    ['of a known length', 'Content-Length: 1000', 'abc'],
    ['in chunks', 'Transfer-Encoding: chunked', '3\r\nabc\r\n'],
  ] as const) {
    test(name, async () => {
      const { url, requests } = await start();
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.write(
        `POST ${documentedPath} HTTP/1.1\r\nHost: h\r\nAuthorization: ${keys.secretKey}\r\n` +
          `Content-Type: multipart/form-data; boundary=b\r\n${lengthHeader}\r\nExpect: 100-continue\r\n\r\n`,
      );
      // The server has read the header.
      await firstData(socket);
      socket.end(begun);
      const [request] = await eventually('the request in the log', () =>
        requests.length > 0 ? requests : undefined,
      );
      assert.deepEqual(
        [request?.status, request?.resultCode, request?.error],
        [499, undefined, 'CONNECTION_CLOSED'],
      );
      const metrics = await (await fetch(`${url}/metrics`)).text();
      assert.match(metrics, /status="499",result_code=""\} 1/);
      assert.doesNotMatch(metrics, /result_code="5/);
      socket.destroy();
    });
  }
});

describe('the log', () => {
  test('has a line for each request, without plate, picture or key', async () => {
    const { url, requests } = await start();
    await post(url);
    await post(url, { path: documentedPath.replace('app-key', 'wrong-app-key') });
    await fetch(`${url}/wrong-app-key`);
    assert.deepEqual(
      requests.map(({ route, status, resultCode }) => [route, status, resultCode]),
      [
        ['/v1.0/appkeys/:appKey/vehicle-plate', 200, 0],
        ['/v1.0/appkeys/:appKey/vehicle-plate', 401, 4010001],
        ['unknown', 404, 4041007],
      ],
    );
    assert.doesNotMatch(JSON.stringify(requests), /app-key|secret-key|12가3456/);
  });

  test('names an error of the reader by its code, never by its text', async () => {
    const { url, requests } = await start(() =>
      Promise.reject(new ReaderError('READER_CRASHED', '12가3456 crashed the worker.')),
    );
    await post(url);
    assert.equal(requests[0]?.error, 'READER_CRASHED');
    assert.doesNotMatch(JSON.stringify(requests), /12가3456/);
  });

  test("keeps the caller's request id", async () => {
    const { url, requests } = await start();
    const { headers } = await post(url, {
      headers: { authorization: keys.secretKey, 'x-request-id': 'gate-1.42' },
    });
    assert.equal(headers.get('x-request-id'), 'gate-1.42');
    assert.equal(requests[0]?.requestId, 'gate-1.42');
  });

  test('replaces a request id that is no plain word', async () => {
    const { url } = await start();
    const { headers } = await post(url, {
      headers: { authorization: keys.secretKey, 'x-request-id': 'a "quoted" id' },
    });
    assert.equal(headers.get('x-request-id'), 'new-request-id');
  });
});

describe('besides the contract', () => {
  const get = async (url: string, path: string) => {
    const reply = await fetch(`${url}${path}`);
    return { status: reply.status, headers: reply.headers, text: await reply.text() };
  };

  for (const path of ['/health', '/ready']) {
    test(`${path} answers 200 without a key`, async () => {
      const { url } = await start();
      assert.equal((await get(url, path)).status, 200);
    });
  }

  test('/ready answers 503 while the reader cannot read, and 200 when it can again', async () => {
    let canRead = false;
    const { url } = await start(undefined, undefined, () => canRead);
    const { status, text } = await get(url, '/ready');
    assert.deepEqual([status, text], [503, '{"status":"reader failed"}']);
    canRead = true;
    assert.equal((await get(url, '/ready')).status, 200);
  });

  test('every answer names the version of the models', async () => {
    const { url } = await start();
    assert.equal((await post(url)).headers.get('x-model-version'), 'test-model');
  });

  test('/openapi.json describes the contract', async () => {
    const { url } = await start();
    const { text } = await get(url, '/openapi.json');
    assert.match(text, /"\/v1\.0\/appkeys\/\{appKey\}\/vehicle-plate"/);
  });

  test('/metrics counts requests by result code, without a key in any label', async () => {
    const { url } = await start();
    await post(url);
    const { text, headers } = await get(url, '/metrics');
    assert.match(headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    assert.match(
      text,
      /plateline_requests_total\{route="\/v1\.0\/appkeys\/:appKey\/vehicle-plate",status="200",result_code="0"\} 1/,
    );
    assert.doesNotMatch(text, /app-key|secret-key/);
  });
});

test('a server that closes answers what it has begun', async () => {
  const { promise: reading, resolve: finish } = Promise.withResolvers<PictureReading>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
  const server = await startVehiclePlateServer({
    reader: {
      isReady: () => true,
      read: () => {
        begin(undefined);
        return reading;
      },
    },
    modelVersion: 'test-model',
    keys,
    host: '127.0.0.1',
    port: 0,
    maxBytes: 5000,
    log: () => undefined,
    newRequestId: () => 'id',
  });
  const answer = post(server.url);
  await begun;
  const closed = server.close();
  finish(onePlate);
  const { status, headers } = await answer;
  assert.equal(status, 200);
  assert.equal(headers.get('connection'), 'close');
  await closed;
});
