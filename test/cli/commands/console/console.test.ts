import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'vitest';
import { listenOnLoopback } from '../../../../infra/local/loopback-server.ts';
import { runInTerminal, spawnPlateline } from '../../command.ts';

const nowhere = ['--stage', 'local', '--endpoint-url', 'http://127.0.0.1:9'];

test('plateline console prints an address with a token, serves the page until Ctrl-C, and exits with status 0', async () => {
  const terminal = runInTerminal(['console', '--port', '0', ...nowhere], { columns: 200 });
  const [, origin = ''] = await terminal.shows(/Open (http:\/\/127\.0\.0\.1:\d+)\/#token=[\w-]{43}\r\n/);
  const page = await fetch(origin);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<script type="module" src="\/page\.js">/);
  terminal.type('\x03');
  assert.equal(await terminal.ended, 0);
});

test('a port that is taken is said in a sentence', async () => {
  const taken = await listenOnLoopback(createServer(), 0);
  try {
    const { port } = new URL(taken.url);
    const { errors, status } = await spawnPlateline(['console', '--port', port, ...nowhere]);
    assert.equal(errors, `error: Port ${port} is taken or refused (EADDRINUSE). Name another with --port.\n`);
    assert.equal(status, 1);
  } finally {
    await taken.stop();
  }
});

test('--as without --write is refused', async () => {
  const { errors, status } = await spawnPlateline(['console', '--as', 'kim', ...nowhere]);
  assert.equal(errors, 'error: --as needs --write.\n');
  assert.equal(status, 2);
});
