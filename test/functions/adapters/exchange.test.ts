import assert from 'node:assert/strict';
import Pool from 'undici/lib/dispatcher/pool.js';
import { test } from 'vitest';
import { exchange } from '../../../functions/adapters/exchange.ts';
import { startServer } from './start-server.ts';

test('for a request whose time is over no connection is made', async (t) => {
  const { url, server } = await startServer(t, (_request, response) => {
    response.end();
  });
  let connectionCount = 0;
  server.on('connection', () => (connectionCount += 1));
  const pool = new Pool(url, {});
  const reason = new Error('The time is over.');
  const request = { method: 'POST', path: '/', body: [Buffer.from('picture')] } as const;
  const ended = await exchange(pool, request, AbortSignal.abort(reason));
  await pool.close();
  assert.deepEqual(ended, { kind: 'failed', error: reason, statusCode: undefined, taken: false });
  assert.equal(connectionCount, 0);
});
