import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { listenOnLoopback } from '../../../infra/local/loopback-server.ts';
import { readSample } from '../../../infra/local/samples/samples.ts';
import { copyService, type ServiceCopy } from '../service-copy.ts';
import { eventually } from '../../eventually.ts';

/** A program packages the service before it starts, which takes a busy machine minutes. */
const startPatienceMs = 200_000;

/** Waits until a program exits; returns its output and exit status. */
async function finish(program: ChildProcessByStdio<null, Readable, Readable>) {
  const exited = once(program, 'exit');
  const [output, errors] = await Promise.all([text(program.stdout), text(program.stderr)]);
  await exited;
  return { output, errors, status: program.exitCode };
}

describe('the programs of the local stack', () => {
  let service: ServiceCopy;
  beforeAll(async () => {
    service = await copyService();
  });
  afterAll(() => service.remove());

  const run = (program: string, ...args: string[]) => runWith({}, program, ...args);
  const runWith = (environment: Record<string, string>, program: string, ...args: string[]) =>
    spawn(process.execPath, [`infra/local/${program}`, ...args], {
      cwd: service.directory,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  test('a day at a gate ends with every picture in a visit, the stranger and the blocked car reported, by signed webhooks', async () => {
    const { output, errors, status } = await finish(run('demo.ts', '--gate'));
    assert.equal(status, 0, errors);
    assert.match(output, /^Alert 10:0\d {2}312부7329 at \S+ is not on the list residents$/m);
    assert.match(
      output,
      /^Alert 14:30 {2}345수7330 at gate-in is on the list blocked: Barrier damaged in May\.$/m,
    );
    assert.match(output, /^09:00 {2}09:28 {2}238무7328 +8 yard$/m);
    assert.match(output, /^All 66 pictures are in 57 visits, and 2 cars were reported\./m);
    assert.match(output, /^\d+ events came to http:\/\/127\.0\.0\.1:\d+\/, each with a valid signature\./m);
  });

  test('the demo reads every sample correctly and exits with status 0', async () => {
    const { output, errors, status } = await finish(run('demo.ts'));
    assert.equal(errors, '');
    assert.match(output, /reads plates from the pixels/);
    assert.match(output, /gate-north\S+ +READ +123가4567 +[01]\.\d\d +\d+ \d+,\d+/);
    assert.match(output, /All 11 records are right/);
    assert.equal(status, 0);
  });

  describe('npm run local', () => {
    let program: ReturnType<typeof run>;
    let output = '';
    let s3Url: string | undefined;
    let bucket: string | undefined;
    beforeAll(async () => {
      program = run('local.ts', '--first-port', '0');
      program.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const started = () => /S3 +(\S+) +bucket (\S+)[^]+or why there is none/.exec(output)?.slice(1);
      [s3Url, bucket] = await eventually('the start', started, { patienceMs: startPatienceMs });
    });
    afterAll(() => {
      program.kill('SIGKILL');
    });

    test('shows the record and the visit of an uploaded picture, and exits after Ctrl-C with status 0', async (context) => {
      assert.ok(s3Url !== undefined);
      const s3 = new S3Client({
        endpoint: s3Url,
        region: 'ap-northeast-2',
        credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
      });
      context.onTestFinished(() => {
        s3.destroy();
      });
      const Body = readSample('taxi.png');
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'taxi-stand/1.png', Body }));
      await eventually(
        'the record',
        () => /taxi-stand\/1\.png +READ +서울12바5215/.exec(output) ?? undefined,
      );
      await eventually(
        'the visit',
        () => /visit\.started +taxi-stand +서울12바5215 +taxi-stand/.exec(output) ?? undefined,
      );
      const exited = once(program, 'exit');
      program.kill('SIGINT');
      assert.deepEqual(await exited, [0, null]);
    });

    test('prints its dead-letter queue, and the region in every command', () => {
      assert.match(output, /dead-letter queue http:\S+\/plateline-local-pictures-dead-letter\n/);
      const commands = output.split('\n').filter((line) => /^ {2}(aws|npx plateline) /.test(line));
      assert.ok(commands.length > 0);
      assert.deepEqual(
        commands.filter((command) => !command.includes(' --region ap-northeast-2 ')),
        [],
      );
    });
  });

  test('exit silently when their output is closed, and leave no files behind', async (context) => {
    const TMPDIR = await mkdtemp(path.join(tmpdir(), 'plateline-programs-'));
    context.onTestFinished(() => rm(TMPDIR, { recursive: true }));
    const programs: [string, ...string[]][] = [['demo.ts'], ['local.ts', '--first-port', '0']];
    for (const [name, ...args] of programs) {
      const program = runWith({ TMPDIR }, name, ...args);
      context.onTestFinished(() => {
        program.kill('SIGKILL');
      });
      program.stdout.destroy();
      const exited = once(program, 'exit');
      assert.equal(await text(program.stderr), '');
      assert.deepEqual(await exited, [141, null]);
      assert.deepEqual(await readdir(TMPDIR), []);
    }
  });

  describe('with wrong samples', () => {
    const sample = (file: string) => path.join(service.directory, 'infra/local/samples/pictures', file);
    beforeAll(async () => {
      await copyFile(sample('empty-road.png'), sample('day.jpg'));
      await copyFile(sample('empty.jpg'), sample('truncated.jpg'));
    });
    afterAll(async () => {
      await service.remove();
      service = await copyService();
    });

    test('the demo names each one with the expected and the actual record, and exits with status 1', async () => {
      const { output, errors, status } = await finish(run('demo.ts'));
      const [, wrong = ''] = errors.split('Wrong records:\n');
      assert.deepEqual(wrong.trimEnd().split('\n'), [
        '  gate-north/2026/11/22/081500.jpg: expected READ 123가4567, got NO_PLATE VEHICLE_PLATE_NOT_FOUND',
        '  gate-north/2026/11/22/081502.jpg: expected REJECTED UNREADABLE_HEADER, got REJECTED EMPTY',
        // The large picture is made of the first one.
        '  gate-north/2026/11/22/081504.jpg: expected READ 123가4567, got NO_PLATE VEHICLE_PLATE_NOT_FOUND',
      ]);
      assert.doesNotMatch(output, /are right/);
      assert.equal(status, 1);
    });
  });

  describe('without serverless.yml', () => {
    beforeAll(() => rm(path.join(service.directory, 'serverless.yml')));

    test('say that they cannot package the stack, and exit with status 1', async () => {
      for (const program of ['demo.ts', 'local.ts']) {
        const { errors, status } = await finish(run(program));
        assert.match(errors, /cannot be packaged, so nothing was started/);
        assert.equal(status, 1);
      }
    });

    test('an unknown option is named before packaging, with the usage and status 2', async () => {
      const { errors, status } = await finish(run('local.ts', '--frist-port', '9100'));
      assert.match(errors, /^[^\n]*--frist-port/);
      assert.match(errors, /^Usage: npm run local -- \[options\]$/m);
      assert.equal(status, 2);
    });

    test('a taken port is named before packaging, with a solution and status 1', async (context) => {
      const taken = await listenOnLoopback(createServer(), 0);
      context.onTestFinished(() => taken.stop());
      const { port } = new URL(taken.url);
      const { errors, status } = await finish(run('local.ts', '--first-port', port));
      assert.match(errors, new RegExp(`^[^\\n]*127\\.0\\.0\\.1:${port}.*--first-port`));
      assert.equal(status, 1);
    });

    test('an argument of the demo is refused before packaging, with status 2', async () => {
      const { errors, status } = await finish(run('demo.ts', 'my.jpg'));
      assert.match(errors, /^error: too many arguments\.[^]*npm run local/);
      assert.equal(status, 2);
    });
  });
});
