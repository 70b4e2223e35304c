import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { encode as encodeJpeg } from 'jpeg-js';
import { Agent, FormData } from 'undici';
import { afterAll, describe, test, type TestContext } from 'vitest';
import { readTruth, writeTruth } from '../../../../infra/local/endpoint/picture-truth.ts';
import { makeJpegOfSize, readSample } from '../../../../infra/local/samples/samples.ts';
import {
  startScriptedEndpoint,
  type ScriptedEndpoint,
} from '../../../../infra/local/endpoint/scripted-endpoint.ts';

const appKey = 'app-key';
const secretKey = 'secret-key';
const documentedPath = `/v1.0/appkeys/${appKey}/vehicle-plate`;
const day = readSample('day.jpg');
const night = readSample('night.jpg');
const maxRequestSizeBytes = 5 * 1024 * 1024;

const agent = new Agent();
afterAll(() => agent.close());

async function start(t: TestContext): Promise<ScriptedEndpoint> {
  const endpoint = await startScriptedEndpoint({ appKey, secretKey, recordCalls: true });
  t.onTestFinished(() => endpoint.stop());
  return endpoint;
}

function formWith(picture: Uint8Array, fieldName = 'image', fileName = 'picture.jpg'): FormData {
  const form = new FormData();
  form.append(fieldName, new Blob([Buffer.from(picture)]), fileName);
  return form;
}

type Sending = {
  method?: 'GET' | 'POST';
  path?: string;
  headers?: Record<string, string>;
  body?: FormData | string;
};

function send(endpoint: ScriptedEndpoint, sending: Sending = {}) {
  const { method = 'POST', path = documentedPath, headers = { authorization: secretKey } } = sending;
  const body = method === 'GET' ? null : (sending.body ?? formWith(day));
  return agent.request({ origin: endpoint.url, path, method, headers, body });
}

async function reply(endpoint: ScriptedEndpoint, sending: Sending = {}) {
  const { statusCode, headers, body } = await send(endpoint, sending);
  return { status: statusCode, contentType: headers['content-type'], body: await body.json() };
}

function platesOf(picture: Uint8Array) {
  const truth = readTruth(picture);
  assert.equal(truth.kind, 'truth');
  return truth.plates;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function failureReply(resultCode: number, resultMessage: string, status = 200) {
  return {
    status,
    contentType: 'application/json',
    body: { header: { isSuccessful: false, resultCode, resultMessage } },
  };
}

function successReply(
  plates: ReturnType<typeof platesOf>,
  picture: { fileType: string; resolution: string },
) {
  return {
    status: 200,
    contentType: 'application/json',
    body: {
      header: { isSuccessful: true, resultCode: 0, resultMessage: 'SUCCESS' },
      result: {
        ...picture,
        values: plates.map(({ plate, confidence }) => ({ value: plate, conf: confidence })),
        boxes: plates.map(({ box }) => box),
      },
    },
  };
}

const large = { fileType: 'jpg', resolution: 'normal' };

/** Makes a picture with which the request, with its form, has exactly this size. */
async function requestOfSize(t: TestContext, sizeBytes: number) {
  const endpoint = await start(t);
  await send(endpoint, { body: formWith(day) });
  const formSizeBytes = (endpoint.calls[0]?.requestSizeBytes ?? 0) - day.length;
  return reply(endpoint, { body: formWith(makeJpegOfSize(sizeBytes - formSizeBytes)) });
}

describe('the contract', () => {
  test('a JPEG is answered with the plates of its truth', async (t) => {
    assert.deepEqual(await reply(await start(t)), successReply(platesOf(day), large));
  });

  test('a PNG is answered with the plates of its truth', async (t) => {
    const taxi = readSample('taxi.png');
    assert.deepEqual(
      await reply(await start(t), { body: formWith(taxi) }),
      successReply(platesOf(taxi), { fileType: 'png', resolution: 'normal' }),
    );
  });

  test('two plates are answered in the order of the truth', async (t) => {
    const twoCars = readSample('two-cars.jpg');
    assert.deepEqual(
      await reply(await start(t), { body: formWith(twoCars) }),
      successReply(platesOf(twoCars), large),
    );
  });

  test('below 1280×720 the resolution is low', async (t) => {
    const small = encodeJpeg({ width: 1279, height: 720, data: Buffer.alloc(1279 * 720 * 4) }, 10).data;
    const picture = writeTruth(small, { plates: platesOf(day) });
    assert.deepEqual(
      await reply(await start(t), { body: formWith(picture) }),
      successReply(platesOf(day), { fileType: 'jpg', resolution: 'low' }),
    );
  });

  test('a picture whose truth has no plate is 4000201', async (t) => {
    assert.deepEqual(
      await reply(await start(t), { body: formWith(readSample('empty-road.png')) }),
      failureReply(4000201, 'VEHICLE_PLATE_NOT_FOUND'),
    );
  });

  test('a picture without a truth is 4000201', async (t) => {
    const plain = encodeJpeg({ width: 16, height: 16, data: Buffer.alloc(16 * 16 * 4) }, 50).data;
    assert.deepEqual(
      await reply(await start(t), { body: formWith(plain) }),
      failureReply(4000201, 'VEHICLE_PLATE_NOT_FOUND'),
    );
  });

  test('a request of exactly 5 MB is accepted', async (t) => {
    assert.deepEqual(await requestOfSize(t, maxRequestSizeBytes), successReply(platesOf(day), large));
  });

  test('a request one byte larger is HTTP 413', async (t) => {
    assert.deepEqual(
      await requestOfSize(t, maxRequestSizeBytes + 1),
      failureReply(4131000, 'MAX_UPLOAD_SIZE_EXCEEDED', 413),
    );
  });

  const refusedFiles = [
    {
      what: 'a GIF named .jpg',
      picture: readSample('gif-named.jpg'),
      code: 4000003,
      key: 'INVALID_FILE_TYPE',
    },
    { what: 'an empty file', picture: new Uint8Array(), code: 4000004, key: 'UPLOADED_FILE_IS_EMPTY' },
    {
      what: 'a JPEG cut inside its header',
      picture: readSample('truncated.jpg'),
      code: 4000002,
      key: 'INVALID_FILE',
    },
    {
      what: 'a picture that lost its last byte',
      picture: day.subarray(0, -1),
      code: 4000002,
      key: 'INVALID_FILE',
    },
  ];
  for (const { what, picture, code, key } of refusedFiles) {
    test(`${what} is ${code}`, async (t) => {
      assert.deepEqual(await reply(await start(t), { body: formWith(picture) }), failureReply(code, key));
    });
  }

  const twoFiles = formWith(day);
  twoFiles.append('image', new Blob([Buffer.from(night)]), 'second.jpg');
  const textField = new FormData();
  textField.append('image', 'no file');
  const refusedRequests: { what: string; sending: Sending; answer: ReturnType<typeof failureReply> }[] = [
    {
      what: 'a file field of another name',
      sending: { body: formWith(day, 'file') },
      answer: failureReply(4000001, 'INVALID_PARAMETER'),
    },
    {
      what: 'a second file',
      sending: { body: twoFiles },
      answer: failureReply(4000001, 'INVALID_PARAMETER'),
    },
    {
      what: 'a text where the file should be',
      sending: { body: textField },
      answer: failureReply(4000001, 'INVALID_PARAMETER'),
    },
    {
      what: 'a body that is no form',
      sending: { body: '{}', headers: { authorization: secretKey, 'content-type': 'application/json' } },
      answer: failureReply(415, 'UNSUPPORTED_MEDIA_TYPE', 415),
    },
    {
      what: 'a form that breaks off',
      sending: {
        body: '--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\nhalf',
        headers: { authorization: secretKey, 'content-type': 'multipart/form-data; boundary=b' },
      },
      answer: failureReply(400, 'BAD_REQUEST', 400),
    },
    {
      what: 'a form without a boundary',
      sending: {
        body: 'anything',
        headers: { authorization: secretKey, 'content-type': 'multipart/form-data' },
      },
      answer: failureReply(400, 'BAD_REQUEST', 400),
    },
    {
      what: 'a wrong secret key',
      sending: { headers: { authorization: 'wrong' } },
      answer: failureReply(4010001, 'INVALID_APPKEY_SECRETKEY', 401),
    },
    {
      what: 'a secret key behind "Bearer"',
      sending: { headers: { authorization: `Bearer ${secretKey}` } },
      answer: failureReply(4010001, 'INVALID_APPKEY_SECRETKEY', 401),
    },
    {
      what: 'no secret key',
      sending: { headers: {} },
      answer: failureReply(4000005, 'REQUIRED_HEADER_MISSING'),
    },
    {
      what: 'a wrong app key',
      sending: { path: '/v1.0/appkeys/wrong/vehicle-plate' },
      answer: failureReply(4010001, 'INVALID_APPKEY_SECRETKEY', 401),
    },
    {
      what: 'another path',
      sending: { path: `/v1.0/appkeys/${appKey}/receipt` },
      answer: failureReply(4041007, 'URL_NOT_FOUND', 404),
    },
    {
      what: 'another method',
      sending: { method: 'GET' },
      answer: failureReply(405, 'METHOD_NOT_ALLOWED', 405),
    },
  ];
  for (const { what, sending, answer } of refusedRequests) {
    test(`${what} is ${answer.body.header.resultCode} with HTTP ${answer.status}`, async (t) => {
      assert.deepEqual(await reply(await start(t), sending), answer);
    });
  }
});

describe('a script', () => {
  test('answers given plates', async (t) => {
    const endpoint = await start(t);
    endpoint.script({ answer: { kind: 'plates', plates: platesOf(night) } });
    assert.deepEqual(await reply(endpoint), successReply(platesOf(night), large));
  });

  test('answers a success without plates', async (t) => {
    const endpoint = await start(t);
    endpoint.script({ answer: { kind: 'plates', plates: [] } });
    assert.deepEqual(await reply(endpoint), successReply([], large));
  });

  test('answers a failure of the service', async (t) => {
    const endpoint = await start(t);
    endpoint.script({ answer: { kind: 'failure', resultCode: 5000503, resultMessage: 'BUSY' } });
    assert.deepEqual(await reply(endpoint), failureReply(5000503, 'BUSY'));
  });

  test('answers a failure with an HTTP status', async (t) => {
    const endpoint = await start(t);
    endpoint.script({
      answer: { kind: 'failure', status: 429, resultCode: 4291000, resultMessage: 'QUOTA' },
    });
    assert.deepEqual(await reply(endpoint), failureReply(4291000, 'QUOTA', 429));
  });

  test('answers any body, with any headers', async (t) => {
    const endpoint = await start(t);
    endpoint.script({
      answer: { kind: 'reply', status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad</h1>' },
    });
    const { statusCode, headers, body } = await send(endpoint);
    assert.deepEqual(
      [statusCode, headers['content-type'], await body.text()],
      [502, 'text/html', '<h1>Bad</h1>'],
    );
  });

  test('redirects', async (t) => {
    const endpoint = await start(t);
    endpoint.script({
      answer: { kind: 'reply', status: 302, headers: { location: '/elsewhere' }, body: '' },
    });
    const { statusCode, headers, body } = await send(endpoint);
    await body.dump();
    assert.deepEqual([statusCode, headers['location']], [302, '/elsewhere']);
  });

  test('floods the caller with a reply of any size', async (t) => {
    const endpoint = await start(t);
    endpoint.script({ answer: { kind: 'flood', sizeBytes: 3_000_001 } });
    const { body } = await send(endpoint);
    assert.equal((await body.arrayBuffer()).byteLength, 3_000_001);
  });

  test('survives a caller that aborts a flood', async (t) => {
    const endpoint = await start(t);
    endpoint.script({ times: 1, answer: { kind: 'flood', sizeBytes: 100_000_000 } });
    const { body } = await send(endpoint);
    await body.dump({ limit: 1000 });
    assert.equal((await reply(endpoint)).status, 200);
  });

  test('cuts a reply in half', async (t) => {
    const endpoint = await start(t);
    endpoint.script({ answer: { kind: 'half' } });
    const { statusCode, body } = await send(endpoint);
    assert.equal(statusCode, 200);
    await assert.rejects(body.text(), { code: 'UND_ERR_SOCKET' });
  });

  test('drops the connection', async (t) => {
    const endpoint = await start(t);
    endpoint.script({ answer: { kind: 'drop' } });
    await assert.rejects(send(endpoint), { code: 'UND_ERR_SOCKET' });
  });

  test('holds the reply until the endpoint is stopped', async (t) => {
    const endpoint = await start(t);
    endpoint.script({ answer: { kind: 'silence' } });
    const held = assert.rejects(send(endpoint), { code: 'UND_ERR_SOCKET' });
    while (endpoint.calls.length === 0) await new Promise(setImmediate);
    await endpoint.stop();
    await held;
  });

  test('delays the answer that the contract gives', async (t) => {
    const endpoint = await start(t);
    endpoint.script({ delayMs: 80 });
    const begun = performance.now();
    assert.deepEqual(await reply(endpoint), successReply(platesOf(day), large));
    assert.ok(performance.now() - begun >= 79);
  });

  test('applies to as many calls as it says', async (t) => {
    const endpoint = await start(t);
    endpoint.script({ times: 2, answer: { kind: 'failure', status: 503, resultCode: -1 } });
    const statuses = [await reply(endpoint), await reply(endpoint), await reply(endpoint)].map(
      ({ status }) => status,
    );
    assert.deepEqual(statuses, [503, 503, 200]);
  });

  test('with several rules, the oldest wins until it is used up', async (t) => {
    const endpoint = await start(t);
    endpoint.script({ times: 1, answer: { kind: 'failure', status: 500, resultCode: -1 } });
    endpoint.script({ answer: { kind: 'failure', status: 503, resultCode: -1 } });
    assert.deepEqual([(await reply(endpoint)).status, (await reply(endpoint)).status], [500, 503]);
  });

  test('can be removed', async (t) => {
    const endpoint = await start(t);
    const takeBack = endpoint.script({ answer: { kind: 'failure', status: 503, resultCode: -1 } });
    takeBack();
    assert.equal((await reply(endpoint)).status, 200);
  });

  test('can apply only to pictures with certain bytes', async (t) => {
    const endpoint = await start(t);
    endpoint.script({
      when: (_, picture) => picture.length === night.length,
      answer: { kind: 'failure', status: 503, resultCode: -1 },
    });
    assert.equal((await reply(endpoint, { body: formWith(day) })).status, 200);
    assert.equal((await reply(endpoint, { body: formWith(night) })).status, 503);
  });

  test('can apply only to the picture with a certain digest', async (t) => {
    const endpoint = await start(t);
    endpoint.script({
      when: (call) => call.sha256 === sha256(night),
      answer: { kind: 'failure', status: 503, resultCode: -1 },
    });
    assert.equal((await reply(endpoint, { body: formWith(day) })).status, 200);
    assert.equal((await reply(endpoint, { body: formWith(night) })).status, 503);
  });
});

describe('the record of calls', () => {
  test('has what was sent', async (t) => {
    const endpoint = await start(t);
    const begun = Date.now();
    await reply(endpoint, { body: formWith(day, 'image', '가 1.jpg') });
    assert.equal(endpoint.calls.length, 1);
    const [call] = endpoint.calls;
    assert.ok(call && call.at >= begun && call.at <= Date.now());
    assert.ok(call.requestSizeBytes > day.length);
    assert.equal(call.headers['authorization'], secretKey);
    assert.partialDeepStrictEqual(call, {
      method: 'POST',
      path: documentedPath,
      authorization: secretKey,
      fieldName: 'image',
      fileName: '가 1.jpg',
      sizeBytes: day.length,
      sha256: sha256(day),
    });
  });

  test('has refused requests too', async (t) => {
    const endpoint = await start(t);
    await reply(endpoint, { method: 'GET', path: '/nowhere' });
    assert.deepEqual(
      endpoint.calls.map(({ method, path, sha256 }) => ({ method, path, sha256 })),
      [{ method: 'GET', path: '/nowhere', sha256: undefined }],
    );
  });

  test('counts the requests in flight, now and at most', async (t) => {
    const endpoint = await start(t);
    endpoint.script({ times: 3, answer: { kind: 'silence' } });
    const held = [1, 2, 3].map(() => assert.rejects(send(endpoint)));
    while (endpoint.calls.length < 3) await new Promise(setImmediate);
    assert.equal(endpoint.inFlight, 3);
    await endpoint.stop();
    await Promise.all(held);
    assert.deepEqual([endpoint.inFlight, endpoint.maxInFlight], [0, 3]);
  });
});

test('the scripted endpoint says that it recognises nothing', async (t) => {
  const { banner } = await start(t);
  assert.match(banner, /recognises nothing/);
});

test('the scripted endpoint listens on the loopback interface only', async (t) => {
  const { url } = await start(t);
  assert.equal(new URL(url).hostname, '127.0.0.1');
});

test('the scripted endpoint refuses connections after it has stopped', async (t) => {
  const endpoint = await start(t);
  await endpoint.stop();
  await assert.rejects(send(endpoint), { code: 'ECONNREFUSED' });
});
