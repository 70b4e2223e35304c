import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, test } from 'vitest';
import {
  createDynamoDBClient,
  createS3Client,
  createSqsClient,
  createSsmClient,
} from '../../../cli/aws/clients.ts';
import { startConsole, type RunningConsole } from '../../../cli/console/start-console.ts';
import { clientOf, ownHeadersOf, partsOf } from './header-client.ts';

const nobody = { endpointUrl: 'http://127.0.0.1:9', region: 'ap-northeast-2' };
const paths = ['/', '/page.js', '/api/about', '/api/live', '/api/lists', '/api/session', '/nowhere'];

describe('the console', () => {
  let running: RunningConsole;
  let port: number;
  let token: string;
  let ask: ReturnType<typeof clientOf>;

  beforeAll(async () => {
    running = await start();
    ({ port, token } = partsOf(running));
    ask = clientOf(port);
  });
  afterAll(() => running.close());

  test('listens on 127.0.0.1 and on no other address of the machine', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ address }) => address !== '127.0.0.1' && !address.startsWith('fe80'))
      .map(({ address }) => address);
    for (const host of ['127.0.0.2', ...others]) {
      const socket = connect({ host, port });
      const outcome = await Promise.race([
        once(socket, 'connect').then(() => 'connected'),
        once(socket, 'error').then(() => 'refused'),
      ]).catch(() => 'refused');
      socket.destroy();
      assert.equal(outcome, 'refused', host);
    }
  });

  test('answers no other name than its own, whatever the method and path', async () => {
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`]) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND']) {
        for (const path of paths) {
          const { status } = await ask(method, path, { host });
          assert.equal(status, 421, `${method} ${path} at ${host}`);
        }
      }
    }
  });

  test('gives nothing of the stage without the cookie', async () => {
    for (const path of [
      '/api/about',
      '/api/live',
      '/api/search?plate=1234',
      '/api/picture?id=x',
      '/api/review',
      '/api/visits',
      '/api/visits/sites',
      '/api/on-site',
      '/api/lists',
      '/api/lists/entries?list=x',
      '/api/lists/export?list=x',
      '/api/picture/bytes?id=x',
    ]) {
      const { status, body } = await ask('GET', path);
      assert.equal(status, 401, path);
      assert.match(body, /SIGNED_OUT/);
    }
  });

  test('a write needs Sec-Fetch-Site: same-origin, and a read from another site is refused', async () => {
    for (const site of [undefined, 'none', 'cross-site', 'same-site']) {
      const headers = site === undefined ? {} : { 'sec-fetch-site': site };
      const { status, body } = await ask('POST', '/api/session', headers, JSON.stringify({ token }));
      assert.equal(status, 403, site);
      assert.match(body, /OTHER_SITE/);
    }
    for (const site of ['none', 'cross-site', 'same-site']) {
      assert.equal((await ask('GET', '/api/about', { 'sec-fetch-site': site })).status, 403, site);
    }
  });

  test('every answer forbids scripts from elsewhere, storing, sniffing and framing', async () => {
    for (const [method, path, host] of [
      ['GET', '/', undefined],
      ['GET', '/page.js', undefined],
      ['GET', '/api/about', undefined],
      ['GET', '/nowhere', undefined],
      ['GET', '/', 'evil.example'],
      ['OPTIONS', '/', undefined],
    ] as const) {
      const { headers } = await ask(method, path, host === undefined ? {} : { host });
      assert.match(String(headers['content-security-policy']), /^default-src 'self';/);
      assert.doesNotMatch(String(headers['content-security-policy']), /unsafe/);
      assert.equal(headers['cache-control'], 'no-store');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['x-frame-options'], 'DENY');
      assert.equal(headers['access-control-allow-origin'], undefined);
    }
  });

  test('the page has no inline script, style or address of another host', async () => {
    const { body } = await ask('GET', '/');
    assert.doesNotMatch(body, /<script(?![^>]* src="\/)|<style|style=|\son\w+=|https?:/);
  });

  test('the token opens one session, once, in a cookie that scripts and other sites do not get', async () => {
    const own = { 'sec-fetch-site': 'same-origin' };
    const wrong = await ask('POST', '/api/session', own, JSON.stringify({ token: `${token}x` }));
    assert.equal(wrong.status, 401);
    const right = await ask('POST', '/api/session', own, JSON.stringify({ token }));
    assert.equal(right.status, 200);
    const [cookie = ''] = right.headers['set-cookie'] ?? [];
    assert.match(cookie, /^plateline-console-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    assert.ok(!right.body.includes(token));
    assert.equal((await ask('POST', '/api/session', own, JSON.stringify({ token }))).status, 401);

    const signedIn = { ...own, cookie: cookie.split(';')[0] ?? '' };
    const about = await ask('GET', '/api/about', signedIn);
    assert.deepEqual(JSON.parse(about.body), { stage: 'local' });

    const changed = { ...own, cookie: `${signedIn.cookie.slice(0, -1)}_` };
    assert.equal((await ask('GET', '/api/about', changed)).status, 401);
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const { status, body } = await ask(method, '/api/review', signedIn);
      assert.equal(status, 403, method);
      assert.match(body, /READ_ONLY/);
    }
  });
});

describe('a console that may write', () => {
  let running: RunningConsole;
  let ask: ReturnType<typeof clientOf>;
  let signedIn: Readonly<Record<string, string>>;

  beforeAll(async () => {
    running = await start('kim');
    ask = clientOf(partsOf(running).port);
    signedIn = await ownHeadersOf(running);
  });
  afterAll(() => running.close());

  test('says under whose name it writes', async () => {
    const { body } = await ask('GET', '/api/about', signedIn);
    assert.deepEqual(JSON.parse(body), { stage: 'local', writer: 'kim' });
  });

  test('takes no write without the cookie, or from another site', async () => {
    const writes = ['/api/review', '/api/lists', '/api/lists/entries', '/api/lists/import?list=x'];
    for (const method of ['POST', 'PUT', 'DELETE']) {
      for (const path of writes) {
        const { cookie = '', ...own } = signedIn;
        const stranger = await ask(method, path, own);
        assert.match(`${stranger.status} ${stranger.body}`, /^401 .*SIGNED_OUT/, path);
        for (const site of [undefined, 'none', 'same-site', 'cross-site']) {
          const headers = site === undefined ? { cookie } : { cookie, 'sec-fetch-site': site };
          const { status, body } = await ask(method, path, headers);
          assert.match(`${status} ${body}`, /^403 .*OTHER_SITE/, `${method} ${path} ${site}`);
        }
      }
      assert.equal((await ask(method, '/api/anything', signedIn)).status, 404, method);
    }
  });
});

function start(writer?: string): Promise<RunningConsole> {
  return startConsole({
    source: {
      dynamodb: createDynamoDBClient(nobody),
      s3: createS3Client(nobody),
      sqs: createSqsClient(nobody),
      ssm: createSsmClient(nobody),
      stage: 'local',
      writer,
      bucket: 'pictures',
      readingsTable: 'readings',
      usageTable: 'usage',
      listsTable: 'lists',
      visitsTable: 'visits',
      queue: 'pictures',
      deadLetterQueue: 'pictures-dead-letter',
      hashKeyParameter: '/plateline/local/hash-key',
    },
    port: 0,
    onBug: (error) => {
      throw error;
    },
  });
}
