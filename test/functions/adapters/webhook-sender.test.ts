import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { createServer as createTlsServer } from 'node:https';
import type { IncomingMessage, RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { describe, test, type TestContext } from 'vitest';
import { createWebhookSender } from '../../../functions/adapters/webhook-sender.ts';
import { listenOnLoopback } from '../../../infra/local/loopback-server.ts';
import { selfSignedIdentity } from './self-signed-identity.ts';
import { startServer } from './start-server.ts';

const secretOf = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const [newSecret, oldSecret] = [secretOf(1), secretOf(2)];
const body = '{"type":"visit.started","plate":"12가3456"}';
const message = { id: 'event-1', body, sentAtMs: Date.now() };
const { key, cert } = selfSignedIdentity;

type Options = Partial<Parameters<typeof createWebhookSender>[0]>;
const sendTo = (url: string, options: Options = {}, secrets: readonly string[] = [newSecret]) =>
  createWebhookSender({ addresses: 'any', timeoutMs: 5000, ...options }).send({ url, secrets }, message);

/** A resolver that leads every name to these addresses. */
const leadsTo =
  (...addresses: string[]): NonNullable<Options['findAddresses']> =>
  (_hostname, _options, callback) => {
    const found: LookupAddress[] = addresses.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    callback(null, found);
  };

async function startTlsServer(
  t: TestContext,
  listener: RequestListener,
): Promise<{ url: string; port: string }> {
  const server = createTlsServer({ key, cert }, listener);
  const listening = await listenOnLoopback(server, 0);
  t.onTestFinished(() => listening.stop());
  const { port } = new URL(listening.url);
  return { url: `https://127.0.0.1:${port}/hook`, port };
}

describe('a webhook', () => {
  test('is a POST over https that any library of Standard Webhooks accepts, with either of two secrets', async (t) => {
    const received: { request: IncomingMessage; body: string }[] = [];
    const { url } = await startTlsServer(t, (request, response) => {
      void text(request).then((whole) => {
        received.push({ request, body: whole });
        response.writeHead(204).end();
      });
    });
    const sent = await sendTo(url, { ca: cert }, [newSecret, oldSecret]);
    assert.deepEqual(sent, { kind: 'answered', status: 204, retryAfter: undefined });
    const [first] = received;
    assert.ok(first);
    const { request, body: whole } = first;
    assert.equal(request.method, 'POST');
    assert.equal(request.headers['content-type'], 'application/json');
    assert.equal(request.headers['webhook-id'], 'event-1');
    const headers = {
      'webhook-id': 'event-1',
      'webhook-timestamp': String(request.headers['webhook-timestamp']),
      'webhook-signature': String(request.headers['webhook-signature']),
    };
    for (const secret of [newSecret, oldSecret]) {
      assert.deepEqual(new Webhook(secret).verify(whole, headers), JSON.parse(body));
    }
    assert.throws(() => new Webhook(secretOf(3)).verify(whole, headers));
    assert.throws(() => new Webhook(newSecret).verify(whole.replace('12가', '13가'), headers));
  });

  test('reports the status and Retry-After of the answer, and reads no endless body', async (t) => {
    const { url } = await startServer(t, (_, response) => {
      response.writeHead(503, { 'retry-after': '120' }).write('x');
    });
    assert.deepEqual(await sendTo(url), { kind: 'answered', status: 503, retryAfter: '120' });
  });

  test('follows no redirect', async (t) => {
    let requests = 0;
    const { url } = await startServer(t, (_, response) => {
      requests += 1;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    assert.deepEqual(await sendTo(url), { kind: 'answered', status: 307, retryAfter: undefined });
    assert.equal(requests, 1);
  });

  test('fails after its time-out, whether the receiver answers slowly or its name is found slowly', async (t) => {
    const { url } = await startServer(t, () => undefined);
    const silent = await sendTo(url, { timeoutMs: 50 });
    const unresolved = await sendTo('https://example.com/', {
      timeoutMs: 50,
      findAddresses: () => undefined,
    });
    for (const sent of [silent, unresolved]) {
      assert.equal(sent.kind === 'failed' && sent.reason.code, 'WEBHOOK_TIMEOUT');
    }
  });

  test('fails where nothing listens, the name does not exist, or the certificate is not accepted', async (t) => {
    const { url } = await startTlsServer(t, (_, response) => response.end());
    const missing: Options['findAddresses'] = (_hostname, _options, callback) => {
      callback(Object.assign(new Error('getaddrinfo ENOTFOUND example.com'), { code: 'ENOTFOUND' }), []);
    };
    const codes = [
      await sendTo('https://127.0.0.1:1/'),
      await sendTo('https://example.com/', { findAddresses: missing }),
      await sendTo(url),
    ].map((sent) => sent.kind === 'failed' && sent.reason.code);
    assert.deepEqual(codes, ['WEBHOOK_UNREACHABLE', 'WEBHOOK_NO_HOST', 'WEBHOOK_CERTIFICATE']);
  });
});

describe('where addresses must be public, nothing is sent', () => {
  const forbidden = async (t: TestContext, url: (port: string) => string, options: Options = {}) => {
    let connections = 0;
    const { server, url: base } = await startServer(t, (_, response) => response.end());
    server.on('connection', () => (connections += 1));
    const sent = await sendTo(url(new URL(base).port), { addresses: 'public', ...options });
    assert.equal(sent.kind, 'refused');
    assert.equal(connections, 0);
    return sent.reason.code;
  };

  test('to an address of this machine', async (t) => {
    assert.equal(await forbidden(t, (port) => `https://127.0.0.1:${port}/`), 'WEBHOOK_FORBIDDEN_URL');
  });

  test('over http', async (t) => {
    assert.equal(await forbidden(t, (port) => `http://example.com:${port}/`), 'WEBHOOK_FORBIDDEN_URL');
  });

  for (const addresses of [
    ['127.0.0.1'],
    ['8.8.8.8', '127.0.0.1'],
    ['::ffff:127.0.0.1'],
    ['64:ff9b::7f00:1'],
  ]) {
    test(`to a name that leads to ${addresses.join(' and ')}`, async (t) => {
      const code = await forbidden(t, (port) => `https://example.com:${port}/`, {
        findAddresses: leadsTo(...addresses),
      });
      assert.equal(code, 'WEBHOOK_FORBIDDEN_ADDRESS');
    });
  }

  test('to a name that leads to a public address first and to this machine when it is asked again', async (t) => {
    let asked = 0;
    const code = await forbidden(t, (port) => `https://example.com:${port}/`, {
      findAddresses: (hostname, options, callback) => {
        asked += 1;
        // Node asks once, and connects to what this answer has.
        leadsTo(asked === 1 ? '127.0.0.1' : '8.8.8.8')(hostname, options, callback);
      },
    });
    assert.equal(code, 'WEBHOOK_FORBIDDEN_ADDRESS');
    assert.equal(asked, 1);
  });
});
