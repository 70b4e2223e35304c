import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate as turnOfEventLoop } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, test, type TestContext } from 'vitest';
import { createVehiclePlateEndpoint } from '../../../functions/adapters/vehicle-plate-endpoint.ts';
import type { Picture } from '../../../functions/core/picture/picture.ts';
import type { Reply } from '../../../functions/core/contract/reply.ts';
import { listenOnLoopback } from '../../../infra/local/loopback-server.ts';
import { makeJpegOfSize, readSample } from '../../../infra/local/samples/samples.ts';
import { startScriptedEndpoint } from '../../../infra/local/endpoint/scripted-endpoint.ts';
import { selfSignedIdentity } from './self-signed-identity.ts';
import { startServer } from './start-server.ts';
import { within } from './within.ts';

const credentials = { appKey: 'app-key', secretKey: 'secret-key' };
const nowMs = Date.parse('2026-11-22T10:00:00.000Z');
const day = jpegOf(readSample('day.jpg'));

const box = { x1: 340, y1: 3231, x2: 523, y2: 3231, x3: 523, y3: 3297, x4: 340, y4: 3297 };
const hangulReply = JSON.stringify({
  header: { isSuccessful: true, resultCode: 0, resultMessage: 'SUCCESS' },
  result: {
    fileType: 'jpg',
    resolution: 'normal',
    values: [{ value: '123가4567', conf: 0.93 }],
    boxes: [box],
  },
});
const hangulRead: Reply = {
  kind: 'read',
  plates: [{ plate: '123가4567', confidence: 0.93, box }],
  resolution: 'normal',
};

function jpegOf(bytes: Uint8Array): Picture {
  return { parts: [bytes], sizeBytes: bytes.length, fileType: 'jpeg', width: 1920, height: 1080 };
}

function createReader(
  ocrOrigin: string,
  settings: Partial<Parameters<typeof createVehiclePlateEndpoint>[0]> = {},
  now = () => nowMs,
) {
  return createVehiclePlateEndpoint(
    { ocrOrigin, ocrApi: 'vehicle-plate', ocrTimeoutMs: 10_000, ocrConcurrency: 10, ...settings },
    now,
  );
}

/** The local endpoint, which keeps the vendor's contract. */
async function startContractual(t: TestContext) {
  const endpoint = await startScriptedEndpoint({ ...credentials, recordCalls: true });
  t.onTestFinished(() => endpoint.stop());
  return { endpoint, reader: createReader(endpoint.url) };
}

/** A server that reads each request completely and then gives this answer. */
async function startAnswering(
  t: TestContext,
  answer: RequestListener,
  settings: { readonly ocrTimeoutMs?: number; readonly ocrConcurrency?: number } = {},
) {
  const { url, server } = await startServer(t, (request, response) => {
    request.resume().once('end', () => {
      answer(request, response);
    });
  });
  let connectionCount = 0;
  server.on('connection', () => (connectionCount += 1));
  return {
    reader: createReader(url, settings),
    get connectionCount() {
      return connectionCount;
    },
  };
}

/** A server without HTTP and TLS; returns its port. */
async function startTcp(t: TestContext, takeConnection: (socket: Socket) => void): Promise<number> {
  const server = createTcpServer(takeConnection);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  return address.port;
}

const answerHangul: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(hangulReply);
};

/** Sends one picture of which only the reply matters. */
async function replyTo(t: TestContext, answer: RequestListener, ocrTimeoutMs = 10_000): Promise<Reply> {
  const { reader } = await startAnswering(t, answer, { ocrTimeoutMs });
  const { reply } = await reader.ask(day, credentials);
  return reply;
}

function reasonCodeOf(reply: Reply): string | undefined {
  return 'reason' in reply ? reply.reason.code : undefined;
}

describe('the request', () => {
  test('is a POST to the documented path', async (t) => {
    const { endpoint, reader } = await startContractual(t);
    await reader.ask(day, credentials);
    const [call] = endpoint.calls;
    assert.deepEqual([call?.method, call?.path], ['POST', '/v1.0/appkeys/app-key/vehicle-plate']);
  });

  test('of General OCR goes to the path of that API, and its texts become the plate', async (t) => {
    const { endpoint } = await startContractual(t);
    const { reply } = await createReader(endpoint.url, { ocrApi: 'general' }).ask(day, credentials);
    assert.equal(endpoint.calls[0]?.path, '/v1.0/appkeys/app-key/general');
    assert.ok(reply.kind === 'read');
    assert.equal(reply.plates[0].plate, '123가4567');
  });

  test('has the secret in Authorization, bare', async (t) => {
    const { endpoint, reader } = await startContractual(t);
    await reader.ask(day, credentials);
    assert.equal(endpoint.calls[0]?.authorization, 'secret-key');
  });

  for (const fileType of ['jpeg', 'png'] as const) {
    test(`has one file in the field image, its name picture.${fileType} and nothing of the key`, async (t) => {
      const { endpoint, reader } = await startContractual(t);
      await reader.ask({ ...day, fileType }, credentials);
      const [call] = endpoint.calls;
      assert.deepEqual([call?.fieldName, call?.fileName], ['image', `picture.${fileType}`]);
    });
  }

  test('has every byte of the picture', async (t) => {
    const { endpoint, reader } = await startContractual(t);
    await reader.ask(day, credentials);
    assert.equal(
      endpoint.calls[0]?.sha256,
      createHash('sha256').update(Buffer.concat(day.parts)).digest('hex'),
    );
  });

  test('has every byte of a picture of nearly 5 MB', async (t) => {
    const { endpoint, reader } = await startContractual(t);
    const bytes = makeJpegOfSize(5 * 1024 * 1024 - 1024);
    await reader.ask(jpegOf(bytes), credentials);
    assert.equal(endpoint.calls[0]?.sha256, createHash('sha256').update(bytes).digest('hex'));
  });

  test('has a Content-Length', async (t) => {
    const { endpoint, reader } = await startContractual(t);
    await reader.ask(day, credentials);
    const [call] = endpoint.calls;
    assert.equal(Number(call?.headers['content-length']), call?.requestSizeBytes);
  });

  test('has the app key percent-encoded, so that it cannot become another path', async (t) => {
    const { endpoint, reader } = await startContractual(t);
    await reader.ask(day, { ...credentials, appKey: '../a b?c#d가' });
    assert.equal(endpoint.calls[0]?.path, '/v1.0/appkeys/..%2Fa%20b%3Fc%23d%EA%B0%80/vehicle-plate');
  });

  test('of a picture with a plate is answered with the plate', async (t) => {
    const { reader } = await startContractual(t);
    const { reply, calls } = await reader.ask(day, credentials);
    assert.equal(reply.kind, 'read');
    assert.equal(calls, 1);
  });

  test('with a wrong secret is answered as such', async (t) => {
    const { reader } = await startContractual(t);
    const { reply } = await reader.ask(day, { ...credentials, secretKey: 'wrong' });
    assert.equal(reply.kind, 'bad-credentials');
  });
});

describe('connections', () => {
  test('ten pictures one after another share one', async (t) => {
    const started = await startAnswering(t, answerHangul);
    for (let picture = 0; picture < 10; picture += 1) {
      await started.reader.ask(day, credentials);
      // As in the pipeline, other work is done between two requests.
      await turnOfEventLoop();
    }
    assert.equal(started.connectionCount, 1);
  });

  test('twelve pictures at once use no more than the three allowed', async (t) => {
    const started = await startAnswering(t, answerHangul, { ocrConcurrency: 3 });
    await Promise.all(Array.from({ length: 12 }, () => started.reader.ask(day, credentials)));
    assert.equal(started.connectionCount, 3);
  });

  test('an endpoint that refuses them makes the picture wait, and no call was made', async () => {
    const stopped = await listenOnLoopback(createHttpServer(), 0);
    await stopped.stop();
    const { reply, calls } = await createReader(stopped.url).ask(day, credentials);
    assert.equal(reply.kind, 'wait');
    assert.equal(reply.reason.code, 'OCR_UNREACHABLE');
    assert.equal(calls, 0);
  });
});

describe('a connection that died', () => {
  /**
   * A server whose connections all die unnoticed when `freeze` is called: the next request on each
   * finds it closed, as after a freeze of the sandbox. `warmUp` opens that many at once.
   */
  async function startFreezing(t: TestContext, ocrConcurrency: number) {
    const open = new Set<Socket>();
    const dead = new Set<Socket>();
    let barrier = { waiting: 0, lifted: Promise.withResolvers<undefined>() };
    let barrierSize = 0;
    const { url } = await startServer(t, (request, response) => {
      open.add(request.socket);
      if (dead.has(request.socket)) {
        request.socket.destroy();
        return;
      }
      request.resume().once('end', () => {
        barrier.waiting += 1;
        if (barrier.waiting >= barrierSize) barrier.lifted.resolve(undefined);
        void barrier.lifted.promise.then(() => response.end(hangulReply));
      });
    });
    const reader = createReader(url, { ocrConcurrency });
    return {
      reader,
      warmUp: async () => {
        barrierSize = ocrConcurrency;
        await Promise.all(Array.from({ length: ocrConcurrency }, () => reader.ask(day, credentials)));
        barrierSize = 0;
        barrier = { waiting: 0, lifted: Promise.withResolvers() };
        assert.equal(open.size, ocrConcurrency);
      },
      freeze: () => {
        for (const socket of open) dead.add(socket);
      },
    };
  }

  test('while the sandbox was frozen costs one retry and no failure', async (t) => {
    const { reader, warmUp, freeze } = await startFreezing(t, 1);
    await warmUp();
    freeze();
    assert.deepEqual(await reader.ask(day, credentials), { reply: hangulRead, calls: 2 });
  });

  test('together with nine others costs each of ten pictures at once one retry', async (t) => {
    const { reader, warmUp, freeze } = await startFreezing(t, 10);
    await warmUp();
    freeze();
    const answers = await Promise.all(Array.from({ length: 10 }, () => reader.ask(day, credentials)));
    assert.deepEqual(
      answers,
      Array.from({ length: 10 }, () => ({ reply: hangulRead, calls: 2 })),
    );
  });

  test('harms no picture that waits behind it for a connection', async (t) => {
    const { reader, warmUp, freeze } = await startFreezing(t, 2);
    await warmUp();
    freeze();
    const answers = await Promise.all(Array.from({ length: 8 }, () => reader.ask(day, credentials)));
    assert.deepEqual(
      answers.map(({ reply }) => reply),
      Array.from({ length: 8 }, () => hangulRead),
    );
  });

  test('each time the sandbox was frozen costs one retry each time', async (t) => {
    const { reader, warmUp, freeze } = await startFreezing(t, 1);
    await warmUp();
    const calls = [];
    for (let frozen = 0; frozen < 3; frozen += 1) {
      freeze();
      calls.push((await reader.ask(day, credentials)).calls);
    }
    assert.deepEqual(calls, [2, 2, 2]);
  });

  test('before its reply, but not again, costs one retry', async (t) => {
    const { endpoint, reader } = await startContractual(t);
    endpoint.script({ times: 1, answer: { kind: 'drop' } });
    const { reply, calls } = await reader.ask(day, credentials);
    assert.equal(reply.kind, 'read');
    assert.equal(calls, 2);
  });

  test('before its reply, and again, makes the picture wait', async (t) => {
    const { endpoint, reader } = await startContractual(t);
    endpoint.script({ answer: { kind: 'drop' } });
    const { reply, calls } = await reader.ask(day, credentials);
    assert.equal(reply.kind, 'wait');
    assert.equal(reply.reason.code, 'OCR_CONNECTION_LOST');
    assert.equal(calls, 2);
    assert.equal(endpoint.calls.length, 2);
  });

  test('when the endpoint had the request for more than a second makes the picture wait, without a retry', async (t) => {
    let elapsedMs = 0;
    let requestCount = 0;
    const { url } = await startServer(t, (request) => {
      requestCount += 1;
      elapsedMs = 1001;
      request.socket.destroy();
    });
    const reader = createReader(url, {}, () => nowMs + elapsedMs);
    const { reply, calls } = await reader.ask(day, credentials);
    assert.equal(reasonCodeOf(reply), 'OCR_CONNECTION_LOST');
    assert.deepEqual({ calls, requestCount }, { calls: 1, requestCount: 1 });
  });

  test('in the middle of its reply makes the picture wait, without a retry', async (t) => {
    const { endpoint, reader } = await startContractual(t);
    endpoint.script({ answer: { kind: 'half' } });
    const { reply, calls } = await reader.ask(day, credentials);
    assert.equal(reply.kind, 'wait');
    assert.equal(reply.reason.code, 'OCR_CONNECTION_LOST');
    assert.equal(calls, 1);
    assert.equal(endpoint.calls.length, 1);
  });
});

describe('a request that is not allowed', () => {
  const held = {
    kind: 'held',
    by: 'call-cap',
    reason: { code: 'CALL_CAP_OF_DAY', message: 'Used up.' },
    retryAfterSeconds: 3600,
  } as const;

  /** An endpoint that closes the first connection without a reply. */
  async function startClosing(t: TestContext) {
    let requests = 0;
    const { url } = await startServer(t, (request, response) => {
      requests += 1;
      if (requests === 1) request.socket.destroy();
      else request.resume().once('end', () => response.end(hangulReply));
    });
    return { reader: createReader(url), requests: () => requests };
  }

  test('is not sent, and its picture is held', async (t) => {
    const { reader, requests } = await startClosing(t);
    const asked = await reader.ask(day, credentials, () => Promise.resolve(held));
    assert.deepEqual([asked, requests()], [{ reply: held, calls: 0 }, 0]);
  });

  test('is asked for before each request, the one on a new connection included', async (t) => {
    const { reader } = await startClosing(t);
    let allowed = 0;
    const mayCall = () => Promise.resolve(void (allowed += 1));
    assert.deepEqual(await reader.ask(day, credentials, mayCall), { reply: hangulRead, calls: 2 });
    assert.equal(allowed, 2);
  });

  for (const [what, again] of Object.entries({
    'not allowed': () => Promise.resolve(held),
    'not known to be allowed': () => Promise.reject(new Error('No answer.')),
  })) {
    test(`is not sent again where the second one is ${what}, and the first one counts`, async (t) => {
      const { reader, requests } = await startClosing(t);
      let isFirst = true;
      const asked = await reader.ask(day, credentials, () => {
        if (!isFirst) return again();
        isFirst = false;
        return Promise.resolve(undefined);
      });
      assert.deepEqual([reasonCodeOf(asked.reply), asked.calls, requests()], ['OCR_CONNECTION_LOST', 1, 1]);
    });
  }
});

describe('the timeout covers everything', () => {
  const ocrTimeoutMs = 300;

  async function codeInTime(t: TestContext, answer: RequestListener) {
    const { reader } = await startAnswering(t, answer, { ocrTimeoutMs });
    const { reply } = await within(2000, reader.ask(day, credentials));
    return reasonCodeOf(reply);
  }

  test('a reply that never comes', async (t) => {
    const code = await codeInTime(t, () => undefined);
    assert.equal(code, 'OCR_TIMEOUT');
  });

  test('a reply that never ends', async (t) => {
    const code = await codeInTime(t, (_request, response) => {
      response.writeHead(200);
      const dripping = setInterval(() => response.write(' '), 20);
      response.once('close', () => {
        clearInterval(dripping);
      });
    });
    assert.equal(code, 'OCR_TIMEOUT');
  });

  test('the retry after a connection that died', async (t) => {
    let requestCount = 0;
    const code = await codeInTime(t, (request) => {
      requestCount += 1;
      if (requestCount === 1) request.socket.destroy();
    });
    assert.equal(code, 'OCR_TIMEOUT');
  });

  test('connecting', async (t) => {
    const port = await startTcp(t, (socket) => socket.on('error', () => socket.destroy()));
    const reader = createReader(`https://127.0.0.1:${port}`, { ocrTimeoutMs });
    const { reply, calls } = await within(2000, reader.ask(day, credentials));
    assert.deepEqual({ code: reasonCodeOf(reply), calls }, { code: 'OCR_TIMEOUT', calls: 0 });
  });

  test('the wait for a free connection', async (t) => {
    const { reader } = await startAnswering(t, () => undefined, { ocrTimeoutMs, ocrConcurrency: 1 });
    const answers = await Promise.all([reader.ask(day, credentials), reader.ask(day, credentials)]);
    assert.deepEqual(
      answers.map(({ reply }) => reasonCodeOf(reply)),
      ['OCR_TIMEOUT', 'OCR_TIMEOUT'],
    );
  });
});

describe('the reply', () => {
  test('of 100 MB is aborted after about 1 MB', async (t) => {
    const sizeBytes = 100 * 1024 * 1024;
    const chunk = Buffer.alloc(64 * 1024, ' ');
    let sentBytes = 0;
    const connectionClosed = Promise.withResolvers<undefined>();
    const reply = await replyTo(t, (_request, response) => {
      const chunks = function* () {
        for (; sentBytes < sizeBytes; sentBytes += chunk.length) yield chunk;
      };
      Readable.from(chunks()).pipe(response.writeHead(200));
      void once(response, 'close').then(() => {
        connectionClosed.resolve(undefined);
      });
    });
    await connectionClosed.promise;
    assert.equal(reasonCodeOf(reply), 'BROKEN_CONTRACT');
    // The two ends of a loopback connection buffer a few megabytes.
    assert(sentBytes < 20 * 1024 * 1024, `${sentBytes} bytes were sent`);
  });

  test('of exactly 1 MB is read', async (t) => {
    const reply = await replyTo(t, (_request, response) => {
      const blanks = Buffer.alloc(1024 * 1024 - Buffer.byteLength(hangulReply), ' ');
      response.end(Buffer.concat([Buffer.from(hangulReply), blanks]));
    });
    assert.deepEqual(reply, hangulRead);
  });

  for (const charset of ['windows-1252', 'euc-kr', 'utf-16']) {
    test(`is read as UTF-8, though it says ${charset}`, async (t) => {
      const reply = await replyTo(t, (_request, response) => {
        response.writeHead(200, { 'content-type': `application/json; charset=${charset}` }).end(hangulReply);
      });
      assert.deepEqual(reply, hangulRead);
    });
  }

  test('in pieces that cut a syllable in two is read whole', async (t) => {
    const reply = await replyTo(t, (_request, response) => {
      const bytes = Buffer.from(hangulReply);
      const middleOfSyllable = bytes.indexOf('가') + 1;
      response.writeHead(200).write(bytes.subarray(0, middleOfSyllable), () => {
        response.end(bytes.subarray(middleOfSyllable));
      });
    });
    assert.deepEqual(reply, hangulRead);
  });

  test('that is no UTF-8 breaks the contract', async (t) => {
    const reply = await replyTo(t, (_request, response) => {
      response.end(Buffer.from(hangulReply, 'latin1'));
    });
    assert.equal(reasonCodeOf(reply), 'BROKEN_CONTRACT');
  });

  test('that is HTML breaks the contract', async (t) => {
    const reply = await replyTo(t, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Welcome</p>');
    });
    assert.equal(reasonCodeOf(reply), 'BROKEN_CONTRACT');
  });

  test('that ends after half of it, as if that were all, breaks the contract', async (t) => {
    const reply = await replyTo(t, (_request, response) => {
      response.end(hangulReply.slice(0, hangulReply.length / 2));
    });
    assert.equal(reasonCodeOf(reply), 'BROKEN_CONTRACT');
  });

  test('that is not HTTP breaks the contract', async (t) => {
    const port = await startTcp(t, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    });
    const { reply } = await createReader(`http://127.0.0.1:${port}`).ask(day, credentials);
    assert.equal(reasonCodeOf(reply), 'BROKEN_CONTRACT');
  });

  test('is not quoted in the reason, not even where it repeats the secrets', async (t) => {
    const reply = await replyTo(t, (request, response) => {
      response.writeHead(200, { 'x-path': request.url ?? '' });
      response.end(`123가4567 ${request.url ?? ''} ${request.headers.authorization ?? ''}`);
    });
    assert.doesNotMatch(JSON.stringify(reply), /app-key|secret-key|123가4567/);
  });
});

describe('Retry-After', () => {
  const tooManyRequests = JSON.stringify({
    header: { isSuccessful: false, resultCode: 4291000, resultMessage: 'TOO_MANY_REQUESTS' },
  });

  async function retryAfterSecondsFor(t: TestContext, retryAfter: string) {
    const reply = await replyTo(t, (_request, response) => {
      response.writeHead(429, { 'retry-after': retryAfter }).end(tooManyRequests);
    });
    assert.equal(reply.kind, 'wait');
    return reply.retryAfterSeconds;
  }

  test('in seconds is used', async (t) => {
    assert.equal(await retryAfterSecondsFor(t, '120'), 120);
  });

  test('as a date is used', async (t) => {
    assert.equal(await retryAfterSecondsFor(t, 'Sun, 22 Nov 2026 10:02:00 GMT'), 120);
  });

  test('in another form is ignored', async (t) => {
    assert.equal(await retryAfterSecondsFor(t, 'soon'), undefined);
  });
});

describe('the secrets go to the configured origin only', () => {
  for (const status of [301, 302, 303, 307, 308]) {
    test(`a redirect with HTTP ${status} is not followed`, async (t) => {
      let elsewhereCount = 0;
      const elsewhere = await startServer(t, (_request, response) => {
        elsewhereCount += 1;
        response.end(hangulReply);
      });
      const reply = await replyTo(t, (request, response) => {
        response.writeHead(status, { location: `${elsewhere.url}${request.url ?? ''}` }).end();
      });
      assert.equal(reply.kind, 'wait');
      assert.equal(elsewhereCount, 0);
    });
  }

  /** Counts the requests that come through the TLS handshake. */
  async function startHttps(t: TestContext) {
    let requestCount = 0;
    const server = createHttpsServer(selfSignedIdentity, (request, response) => {
      requestCount += 1;
      request.resume().once('end', () => response.end(hangulReply));
    });
    const listening = await listenOnLoopback(server, 0);
    t.onTestFinished(() => listening.stop());
    return {
      port: new URL(listening.url).port,
      get requestCount() {
        return requestCount;
      },
    };
  }

  function trustSelfSigned(t: TestContext) {
    const trusted = getCACertificates('default');
    t.onTestFinished(() => {
      setDefaultCACertificates(trusted);
    });
    setDefaultCACertificates([...trusted, selfSignedIdentity.cert]);
  }

  test('a certificate that is trusted for the host is accepted', async (t) => {
    trustSelfSigned(t);
    const { port } = await startHttps(t);
    const { reply } = await createReader(`https://127.0.0.1:${port}`).ask(day, credentials);
    assert.deepEqual(reply, hangulRead);
  });

  test('to a server whose certificate is not trusted nothing is sent, and the picture waits', async (t) => {
    const https = await startHttps(t);
    const { reply, calls } = await createReader(`https://127.0.0.1:${https.port}`).ask(day, credentials);
    assert.equal(reply.kind, 'wait');
    assert.deepEqual({ calls, requestCount: https.requestCount }, { calls: 0, requestCount: 0 });
  });

  test('nothing is sent to a server with the certificate of another host, and it is misconfigured', async (t) => {
    trustSelfSigned(t);
    const https = await startHttps(t);
    const { reply } = await createReader(`https://localhost:${https.port}`).ask(day, credentials);
    assert.equal(reply.kind, 'misconfigured');
    assert.equal(https.requestCount, 0);
  });
});
