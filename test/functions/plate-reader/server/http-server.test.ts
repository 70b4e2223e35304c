import { once } from 'node:events';
import { connect } from 'node:net';
import { Hono } from 'hono';
import { test } from 'vitest';
import { startHttpServer } from '../../../../functions/plate-reader/server/http-server.ts';

const unfinished = {
  'says nothing': '',
  'does not end its headers': 'POST / HTTP/1.1\r\nHost: a\r\n',
  'does not end its body': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc',
};
for (const [name, sent] of Object.entries(unfinished)) {
  test(`a client that ${name} does not keep a closing server waiting`, async () => {
    const app = new Hono();
    app.post('/', async (context) => context.text(await context.req.text()));
    app.onError((_error, context) => context.body(null, 500));
    const server = await startHttpServer(app, { host: '127.0.0.1', port: 0, closingTimeoutMs: 50 });
    const client = connect(Number(new URL(server.url).port), '127.0.0.1');
    const cutOff = once(client, 'close');
    client.on('error', () => undefined).write(sent);
    await once(client, 'connect');
    await server.close();
    await cutOff;
  });
}
