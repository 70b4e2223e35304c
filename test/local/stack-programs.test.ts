import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readSample } from '../../infra/local/samples.ts';
import { eventually } from './eventually.ts';

const run = (program: string, ...args: string[]) =>
  spawn(process.execPath, [`infra/local/${program}`, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });

/** What a program wrote, and its exit status. */
async function finish(program: ChildProcessByStdio<null, Readable, Readable>) {
  const exited = once(program, 'exit');
  const [output, errors] = await Promise.all([text(program.stdout), text(program.stderr)]);
  await exited;
  return { output, errors, status: program.exitCode };
}

/** Starts `npm run local` on free ports. */
async function keepUp() {
  const program = run('local.ts', '--first-port', '0');
  let output = '';
  program.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [s3Url, bucket] = await eventually('the start', () =>
    /S3 +(\S+) +bucket (\S+)/.exec(output)?.slice(1),
  );
  assert.ok(s3Url !== undefined && bucket !== undefined);
  return { program, s3Url, bucket, readOutput: () => output };
}

describe('the programs of the local stack', () => {
  test('the demo reads every sample right and ends with status 0', async () => {
    const { output, errors, status } = await finish(run('demo.ts'));
    assert.equal(errors, '');
    assert.match(output, /recognises nothing/);
    assert.match(output, /gate-north\S+ +READ +123가4567 +0\.\d\d +\d+ \d+,\d+/);
    assert.match(output, /All 11 came out right/);
    assert.equal(status, 0);
  });

  test('the kept-up stack shows the record of a picture that is uploaded, and Ctrl-C ends it with status 0', async (context) => {
    const { program, s3Url, bucket, readOutput } = await keepUp();
    const s3 = new S3Client({
      endpoint: s3Url,
      region: 'ap-northeast-2',
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    });
    context.after(() => {
      s3.destroy();
      program.kill('SIGKILL');
    });
    const Body = readSample('taxi.png');
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'taxi-stand/1.png', Body }));
    await eventually(
      'the record',
      () => /taxi-stand\/1\.png +READ +서울12바5215/.exec(readOutput()) ?? undefined,
    );
    const exited = once(program, 'exit');
    program.kill('SIGINT');
    assert.deepEqual(await exited, [0, null]);
  });

  test('an option that does not exist is named, with the usage, and status 2', async () => {
    const { errors, status } = await finish(run('local.ts', '--frist-port', '9100'));
    assert.match(errors, /--frist-port/);
    assert.match(errors, /npm run local -- \[--first-port 9100\]/);
    assert.equal(status, 2);
  });

  test('a taken port is named, with a way out, and status 1', async (context) => {
    const { program, s3Url } = await keepUp();
    context.after(() => program.kill('SIGINT'));
    const { errors, status } = await finish(run('local.ts', '--first-port', new URL(s3Url).port));
    assert.match(errors, /127\.0\.0\.1:\d+.*--first-port/);
    assert.equal(status, 1);
  });
});
