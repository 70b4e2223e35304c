import assert from 'node:assert/strict';
import { createServer, get } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, test, type TestContext } from 'vitest';
import { createAgents, proxyHostOf } from '../../../cli/aws/proxy.ts';
import { listenOnLoopback } from '../../../infra/local/loopback-server.ts';
import { environment, spawnPlateline } from '../command.ts';

const region = 'ap-northeast-2';

/** A proxy that opens no tunnel, and answers each plain request with its URL. */
async function startProxy(t: TestContext) {
  const tunnels: string[] = [];
  const server = createServer((request, response) => {
    response.end(request.url);
  });
  server.on('connect', (request, socket) => {
    tunnels.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  const listening = await listenOnLoopback(server, 0);
  t.onTestFinished(() => listening.stop());
  return { url: listening.url, tunnels };
}

test('the command reaches AWS through the proxy of HTTPS_PROXY, and names it if it fails', async (t) => {
  const proxy = await startProxy(t);
  const withPassword = proxy.url.replace('//', '//user:canary@');
  const env = { ...environment, HTTPS_PROXY: withPassword };
  const { errors, status } = await spawnPlateline(['usage', '--stage', 'prod'], { env });
  assert.deepEqual([...new Set(proxy.tunnels)], [`dynamodb.${region}.amazonaws.com:443`]);
  assert.equal(
    errors,
    `error: Nothing answers at DynamoDB in ${region} through the proxy ${new URL(proxy.url).host} of HTTPS_PROXY (ERR_PROXY_TUNNEL).\n`,
  );
  assert.equal(status, 1);
});

describe('a plain request goes', () => {
  /** What answers at `http://{host}/`: the proxy, or a server of that name on this machine. */
  async function answerOf(t: TestContext, host: string, noProxy?: string): Promise<string> {
    const proxy = await startProxy(t);
    const server = await listenOnLoopback(
      createServer((_request, response) => response.end('direct')),
      0,
    );
    t.onTestFinished(() => server.stop());
    const { httpAgent } = createAgents({
      http_proxy: proxy.url,
      ...(noProxy === undefined ? {} : { NO_PROXY: noProxy }),
    });
    t.onTestFinished(() => {
      httpAgent.destroy();
    });
    const answered = Promise.withResolvers<string>();
    get(
      {
        agent: httpAgent,
        host,
        port: new URL(server.url).port,
        lookup: (_name, _options, found) => {
          found(null, [{ address: '127.0.0.1', family: 4 }]);
        },
      },
      (response) => {
        answered.resolve(text(response));
      },
    ).on('error', answered.reject);
    return (await answered.promise).replace(/:\d+/, '');
  }

  for (const [what, host, noProxy, answer] of [
    ['through the proxy of http_proxy', 'aws.plateline.test', undefined, 'http://aws.plateline.test/'],
    ['directly to a host of NO_PROXY', 'aws.plateline.test', 'other.test, aws.plateline.test', 'direct'],
    ['directly to a subdomain of NO_PROXY', 'aws.plateline.test', 'plateline.test', 'direct'],
    ['directly to a subdomain with a dot', 'aws.plateline.test', '.plateline.test', 'direct'],
    ['directly to every host of NO_PROXY=*', 'aws.plateline.test', '*', 'direct'],
    [
      'through the proxy where only the end of a name is equal',
      'my-aws.test',
      'aws.test',
      'http://my-aws.test/',
    ],
    ['directly to this machine', '127.0.0.1', undefined, 'direct'],
  ] as const) {
    test(what, async (t) => {
      assert.equal(await answerOf(t, host, noProxy), answer);
    });
  }
});

describe('the proxy to AWS is named', () => {
  const HTTPS_PROXY = 'http://proxy.example:3128';

  test('if HTTPS_PROXY has one', () => {
    assert.equal(proxyHostOf({ HTTPS_PROXY }, region), 'proxy.example:3128');
  });

  for (const NO_PROXY of ['amazonaws.com', '.amazonaws.com', '*']) {
    test(`not with NO_PROXY=${NO_PROXY}`, () => {
      assert.equal(proxyHostOf({ HTTPS_PROXY, NO_PROXY }, region), undefined);
    });
  }

  test('not without HTTPS_PROXY', () => {
    assert.equal(proxyHostOf({ HTTP_PROXY: HTTPS_PROXY }, region), undefined);
  });
});
