import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, test } from 'vitest';
import * as z from 'zod';
import { jsonError, type ProxiedRequest } from '../../../../infra/local/aws/fault-proxy.ts';
import { listenOnLoopback } from '../../../../infra/local/loopback-server.ts';
import { readSample } from '../../../../infra/local/samples/samples.ts';
import { eventually } from '../../../eventually.ts';
import { isFinal, pictureOf, startPipeline, type Pipeline } from '../../../promises/pipeline.ts';
import { commandPath, environment, runInTerminal } from '../../command.ts';
import { runPlateline } from '../../run-plateline.ts';
import { putRecords } from '../../put-records.ts';

let pipeline: Pipeline;
let common: string[];

beforeAll(async () => {
  pipeline = await startPipeline();
  common = ['--stage', 'local', '--endpoint-url', pipeline.stack.gateway.url, '--interval', '1'];
  await pipeline.upload('gate-north/before.png', pictureOf('11가1111'));
  await pipeline.recordOf('gate-north/before.png', isFinal);
});
afterAll(() => pipeline.stop());

test('each new picture is shown once, with its plate or the reason why there is none, until Ctrl-C', async () => {
  const terminal = runInTerminal(['tail', '--camera', 'gate-north', '--camera', 'gate-south', ...common]);
  await terminal.shows(/captured \(KST\) +status +plate +confidence picture\r\n/);

  await pipeline.upload('gate-north/taxi.png', readSample('taxi.png'));
  await pipeline.upload('gate-south/notes.jpg', Buffer.from('no picture'));
  await terminal.shows(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +READ +서울12바5215 +0\.94 gate-north\/taxi\.png\r\n/);
  await terminal.shows(/REJECTED +gate-south\/notes\.jpg: The bytes are no picture of a known type\.\r\n/);
  await pipeline.upload('gate-north/last.png', pictureOf('99호9999'));
  await terminal.shows(/gate-north\/last\.png\r\n/);

  terminal.type('\x03');
  assert.equal(await terminal.ended, 130);
  assert.equal(terminal.shown().split('taxi.png').length, 2);
  assert.ok(!terminal.shown().includes('before.png'));
});

test('a lost network is reported once, and later records are shown when it is back', async () => {
  const terminal = runInTerminal(['tail', '--camera', 'far-gate', ...common]);
  await terminal.shows(/captured/);
  let breaks = 0;
  const backAgain = pipeline.stack.dynamodb.fail({
    when: ({ operation, body }) => {
      const isPoll = operation === 'Query' && body?.includes('far-gate') === true;
      if (isPoll) breaks += 1;
      return isPoll;
    },
    times: Infinity,
    fault: { kind: 'lost-request' },
  });
  await terminal.shows(/Trying again until this passes: Nothing answers at /);
  await pipeline.upload('far-gate/meanwhile.png', pictureOf('55가5555'));
  const breaksBefore = breaks;
  // The SDK tries four times in one poll.
  await eventually('another failed poll', () => breaks > breaksBefore + 8 || undefined);
  backAgain();
  await terminal.shows(/55가5555 +0\.90 far-gate\/meanwhile\.png/);
  terminal.type('\x03');
  assert.equal(await terminal.ended, 130);
  assert.equal(terminal.shown().split('Nothing answers').length, 2);
});

test('a network that is lost for longer than --since hides no record', async () => {
  const terminal = runInTerminal(['tail', '--camera', 'lost-gate', '--since', '1s', ...common]);
  await terminal.shows(/captured/);
  const backAgain = pipeline.stack.dynamodb.fail({
    when: ({ operation, body }) => operation === 'Query' && body?.includes('lost-gate') === true,
    times: Infinity,
    fault: { kind: 'lost-request' },
  });
  await terminal.shows(/Nothing answers/);
  const capturedAtMs = Date.now();
  const capturedAt = new Date(capturedAtMs).toISOString();
  await putRecords(pipeline.stack, { plate: '66가6666', camera: 'lost-gate', capturedAt });
  await eventually('a second and more', () => Date.now() > capturedAtMs + 1500 || undefined);
  backAgain();
  await terminal.shows(/66가6666/);
  terminal.type('\x03');
  assert.equal(await terminal.ended, 130);
});

const passing = {
  'a throttled poll': [jsonError('ThrottlingException'), /is throttling requests: ThrottlingException/],
  'an unavailable service': [
    { kind: 'reply', statusCode: 503, headers: {}, body: '' },
    /is not available at the moment \(Unknown, status 503\)/,
  ],
  'a login page': [
    { kind: 'reply', statusCode: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
    /is not AWS/,
  ],
} as const;
for (const [index, [what, [fault, sentence]]] of Object.entries(passing).entries()) {
  test(`after the first poll, ${what} does not end the command`, async () => {
    const camera = `passing-gate-${index}`;
    const terminal = runInTerminal(['tail', '--camera', camera, ...common], { columns: 300 });
    await terminal.shows(/captured/);
    const when = ({ body }: ProxiedRequest) => body?.includes(camera) === true;
    const backAgain = pipeline.stack.dynamodb.fail({ when, times: Infinity, fault });
    await terminal.shows(new RegExp(`Trying again until this passes: .*${sentence.source}`));
    backAgain();
    await putRecords(pipeline.stack, { plate: '77가7777', camera, capturedAt: new Date().toISOString() });
    await terminal.shows(/77가7777/);
    terminal.type('\x03');
    assert.equal(await terminal.ended, 130);
  });
}

test('after the first poll, a lost source of credentials does not end the command', async (context) => {
  let isGone = false;
  const source = createServer((_request, reply) => {
    if (isGone) {
      reply.destroy();
      return;
    }
    // Expires at once, so that each poll needs new ones.
    const Expiration = new Date().toISOString();
    reply.end(JSON.stringify({ AccessKeyId: 'local', SecretAccessKey: 'local', Token: 'local', Expiration }));
  });
  const server = await listenOnLoopback(source, 0);
  context.onTestFinished(() => server.stop());
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...env } = environment;
  assert.ok(AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY);
  const terminal = runInTerminal(['tail', '--camera', 'keyless-gate', ...common], {
    env: { ...env, AWS_CONTAINER_CREDENTIALS_FULL_URI: server.url },
  });
  await terminal.shows(/captured/);
  isGone = true;
  await terminal.shows(/Trying again until this passes: There are no AWS credentials/);
  isGone = false;
  const capturedAt = new Date().toISOString();
  await putRecords(pipeline.stack, { plate: '88가8888', camera: 'keyless-gate', capturedAt });
  await terminal.shows(/88가8888/);
  terminal.type('\x03');
  assert.equal(await terminal.ended, 130);
});

for (const [name, sentence] of [
  ['AccessDeniedException', /do not allow Query of DynamoDB/],
  ['ExpiredTokenException', /have expired; log in again/],
] as const) {
  test(`${name} ends the command, even after the first poll`, async () => {
    const camera = `gate-of-${name}`;
    const terminal = runInTerminal(['tail', '--camera', camera, ...common]);
    await terminal.shows(/captured/);
    pipeline.stack.dynamodb.fail({
      when: ({ body }) => body?.includes(camera) === true,
      fault: jsonError(name),
    });
    assert.equal(await terminal.ended, 1);
    assert.match(terminal.shown().replaceAll('\r\n', ' '), sentence);
  });
}

test('without --camera all cameras with pictures today or yesterday are watched', async () => {
  await pipeline.upload('car-park/first.png', pictureOf('22가2222'));
  await pipeline.recordOf('car-park/first.png', isFinal);
  const terminal = runInTerminal(['tail', ...common]);
  await terminal.shows(/captured/);
  await pipeline.upload('car-park/second.png', pictureOf('33가3333'));
  await terminal.shows(/33가3333 +0\.90 car-park\/second\.png/);
  terminal.type('\x03');
  await terminal.ended;
});

test('--json prints each record in a line when it arrives', async () => {
  const child = spawn(process.execPath, [commandPath, 'tail', '--camera', 'json-gate', '--json', ...common], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const nextLine = once(lines, 'line');
  // The first poll is invisible from outside, so pictures arrive until one is reported.
  let count = 0;
  const camera = setInterval(() => {
    count += 1;
    void putRecords(pipeline.stack, {
      plate: '44가4444',
      imageId: `s3://bucket/json-gate/${count}.jpg?etag=1`,
      key: `json-gate/${count}.jpg`,
      camera: 'json-gate',
      capturedAt: new Date().toISOString(),
    });
  }, 500);
  try {
    const [line] = z.tuple([z.string()]).parse(await nextLine);
    const record = z
      .object({ status: z.string(), plate: z.string(), key: z.string() })
      .parse(JSON.parse(line));
    assert.equal(record.status, 'READ');
    assert.equal(record.plate, '44가4444');
    assert.match(record.key, /^json-gate\/\d+\.jpg$/);
  } finally {
    clearInterval(camera);
    child.kill();
    await once(child, 'close');
  }
});

test('an invalid time is explained in a sentence', async () => {
  for (const [since, sentence] of [
    ['2026-02-30', /--since is a time that does not exist/],
    ['2999-01-01', /--since is in the future/],
  ] as const) {
    const { errors, status } = await runPlateline(['tail', '--since', since, ...common]);
    assert.match(errors, sentence);
    assert.equal(status, 2);
  }
});

test('a missing table of usage is named', async () => {
  const { errors, status } = await runPlateline([
    'tail',
    '--stage',
    'nowhere',
    '--endpoint-url',
    pipeline.stack.gateway.url,
  ]);
  assert.match(errors, /^error: There is no table plateline-nowhere-usage in ap-northeast-2/);
  assert.equal(status, 1);
});
