import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, test, type TestContext } from 'vitest';
import { eventually } from '../eventually.ts';
import { matchedEvent } from '../fakes/events.ts';

const root = path.resolve(import.meta.dirname, '../..');
const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

let receiver = '';
let bridge = '';
beforeAll(async () => {
  const page = await readFile(path.join(root, 'docs/webhooks.md'), 'utf8');
  [receiver = '', bridge = ''] = [...page.matchAll(/```js\n([^]*?)```/g)].map(([, code = '']) => code);
});

/** Runs a program in a folder where it finds the packages of the project; returns its address and output. */
async function run(t: TestContext, code: string, env: Readonly<Record<string, string>> = {}) {
  const build = path.join(root, '.build');
  await mkdir(build, { recursive: true });
  const directory = await mkdtemp(path.join(build, 'receiver-'));
  t.onTestFinished(() => rm(directory, { recursive: true }));
  const file = path.join(directory, 'receiver.mjs');
  await writeFile(file, code);
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, PLATELINE_WEBHOOK_SECRET: secret, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.onTestFinished(() => void child.kill());
  let output = '';
  child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
  const url = await eventually('the address', () => /http:\S+/.exec(output)?.[0]);
  return { url, output: () => output, directory };
}

async function send(url: string, body: string, signedBody = body): Promise<number> {
  const now = new Date();
  const id = 'event-1';
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, now, signedBody),
  };
  return (await fetch(url, { method: 'POST', headers, body })).status;
}

const event = JSON.stringify(matchedEvent());

describe('the receiver of docs/webhooks.md', () => {
  test('has 30 lines at most', () => {
    assert.ok(receiver.trimEnd().split('\n').length <= 32, receiver);
  });

  test('accepts a signed event, handles it once, and refuses one that was changed', async (t) => {
    const { url, output } = await run(t, receiver);
    assert.equal(await send(url, event), 204);
    assert.equal(await send(url, event), 204);
    assert.equal(await send(url, event.replace('blocked', 'visitors'), event), 401);
    assert.equal(output().split('12가3456: seen on blocked').length - 1, 1);
  });
});

test('the bridge of docs/webhooks.md gives each event to mosquitto_pub', async (t) => {
  const program = receiver.replace(/^function handle[^]*?\n}\n/m, '') + bridge;
  const build = path.join(root, '.build');
  await mkdir(build, { recursive: true });
  const bin = await mkdtemp(path.join(build, 'mosquitto-'));
  t.onTestFinished(() => rm(bin, { recursive: true }));
  const published = path.join(bin, 'published');
  // Takes the place of Mosquitto's own client, and writes down what it gets.
  await writeFile(path.join(bin, 'mosquitto_pub'), `#!/bin/sh\n(echo "$@"; cat) > "${published}"\n`);
  await chmod(path.join(bin, 'mosquitto_pub'), 0o755);
  const { url } = await run(t, program, { PATH: `${bin}:${process.env['PATH'] ?? ''}`, MQTT_HOST: 'broker' });
  assert.equal(await send(url, event), 204);
  const text = await eventually('the message', async () => {
    const written = await readFile(published, 'utf8').catch(() => '');
    return written.endsWith('}') ? written : undefined;
  });
  assert.equal(text, `-h broker -q 1 -t plateline/list.matched -s\n${event}`);
});
