import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { afterEach, describe, test } from 'vitest';
import { selfSignedIdentity } from '../../../functions/adapters/self-signed-identity.ts';
import { readSample } from '../../../../infra/local/samples/samples.ts';
import { commandPath, environment } from '../../command.ts';
import { runPlateline } from '../../run-plateline.ts';

const keys = { PLATELINE_APP_KEY: 'app-key', PLATELINE_SECRET_KEY: 'secret-key' };

const servers: ChildProcessWithoutNullStreams[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    if (server.exitCode === null && server.kill('SIGKILL')) await once(server, 'close');
  }
});

/** Starts the command on a free port and waits until it listens. */
async function start(...args: readonly string[]) {
  const server = spawn(process.execPath, [commandPath, 'serve', '--port', '0', ...args], {
    env: { ...environment, ...keys },
  });
  servers.push(server);
  let log = '';
  server.stdout.on('data', (data: Buffer) => (log += data.toString()));
  let errors = '';
  const url = await new Promise<string>((resolve, reject) => {
    server.once('close', () => {
      reject(new Error(errors));
    });
    server.stderr.on('data', (data: Buffer) => {
      errors += data.toString();
      const [, listening] = /Listening on (\S+)\. /.exec(errors) ?? [];
      if (listening !== undefined) resolve(listening);
    });
  });
  return { server, url, log: () => log };
}

function post(url: string, picture: Uint8Array) {
  const form = new FormData();
  form.append('image', new Blob([Buffer.from(picture)]), 'car.jpg');
  return fetch(`${url}/v1.0/appkeys/app-key/vehicle-plate`, {
    method: 'POST',
    headers: { authorization: 'secret-key' },
    body: form,
  });
}

describe('plateline serve', () => {
  test('reads a picture that is posted to it', async () => {
    const { url } = await start();
    const reply = await post(url, readSample('day.jpg'));
    assert.match(await reply.text(), /"values":\[\{"value":"123가4567"/);
  });

  test('answers what it has begun at SIGTERM, and exits with 0', async () => {
    const { server, url, log } = await start('--workers', '1');
    const replies = [1, 2, 3].map(() => post(url, readSample('day.jpg')));
    await Promise.race(replies);
    server.kill('SIGTERM');
    await once(server, 'close');
    assert.equal(server.exitCode, 0);
    for (const reply of await Promise.allSettled(replies)) {
      // A connection that was not accepted yet may be refused; what was begun is answered.
      if (reply.status === 'fulfilled') assert.equal(reply.value.status, 200);
    }
    assert.match(log(), /"resultCode":0/);
  });

  test('exits with 130 at a second Ctrl-C while it reads', async () => {
    const { server, url } = await start('--workers', '2');
    const replies = Array.from({ length: 60 }, () => post(url, readSample('day.jpg')));
    const settled = Promise.allSettled(replies);
    await Promise.race(replies);
    server.kill('SIGINT');
    // A signal that follows at once is the same key press.
    await delay(600);
    server.kill('SIGINT');
    await once(server, 'close');
    assert.equal(server.exitCode, 130);
    await settled;
  });

  test('reads twenty at once on a queue of five: what does not fit gets an answer to come back', async () => {
    const { url } = await start('--workers', '1', '--queue', '5');
    const replies = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const { status, headers } = await post(url, readSample('day.jpg'));
        return { status, retryAfter: headers.get('retry-after') };
      }),
    );
    const read = replies.filter(({ status }) => status === 200);
    const refused = replies.filter(({ status }) => status === 429);
    assert.equal(read.length + refused.length, 20);
    assert.ok(read.length >= 6, `${read.length} were read`);
    assert.ok(refused.every(({ retryAfter }) => retryAfter === '1'));
  });

  test('writes no plate and no key to its log', async () => {
    const { server, url, log } = await start();
    await post(url, readSample('day.jpg'));
    server.kill('SIGTERM');
    await once(server, 'close');
    assert.match(log(), /"route":"\/v1\.0\/appkeys\/:appKey\/vehicle-plate","status":200,"resultCode":0/);
    assert.doesNotMatch(log(), /123가4567|app-key"|secret-key/);
  });

  test('speaks https with a certificate', async () => {
    const { cert, key } = selfSignedIdentity;
    const folder = mkdtempSync(path.join(tmpdir(), 'plateline-tls-'));
    writeFileSync(path.join(folder, 'cert.pem'), cert);
    writeFileSync(path.join(folder, 'key.pem'), key, { mode: 0o600 });
    const { url } = await start(
      '--tls-cert',
      path.join(folder, 'cert.pem'),
      '--tls-key',
      path.join(folder, 'key.pem'),
    );
    assert.match(url, /^https:/);
    const agent = new Agent({ connect: { ca: cert } });
    const { statusCode } = await request(`${url}/health`, { dispatcher: agent });
    assert.equal(statusCode, 200);
    await agent.close();
    rmSync(folder, { recursive: true });
  });

  test('with files that are no certificate exits with 1 and a sentence', async () => {
    const { errors, status } = await runPlateline(
      ['serve', '--port', '0', '--tls-cert', import.meta.filename, '--tls-key', import.meta.filename],
      { env: { ...environment, ...keys } },
    );
    assert.match(errors, /^error: .* are not a certificate in PEM and its private key\.\n$/);
    assert.equal(status, 1);
  });

  test('without keys exits with 1 and says which to set', async () => {
    const { errors, status } = await runPlateline(['serve', '--port', '0']);
    assert.match(errors, /^error: Set PLATELINE_APP_KEY and PLATELINE_SECRET_KEY, /);
    assert.equal(status, 1);
  });

  test('on a port that is taken exits with 1 and a sentence', async () => {
    const { url } = await start();
    const { port } = new URL(url);
    const { errors, status } = await runPlateline(['serve', '--port', port], {
      env: { ...environment, ...keys },
    });
    assert.equal(errors, `error: The server cannot listen on 127.0.0.1:${port} (EADDRINUSE).\n`);
    assert.equal(status, 1);
  });
});
