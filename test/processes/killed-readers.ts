import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { test } from 'vitest';
import { readSample, samples } from '../../infra/local/samples/samples.ts';
import { deployedPackage } from '../infra/deployed-package.ts';
import { isFinal, startPipeline } from '../promises/pipeline.ts';
import { seededRandom } from './seeded-random.ts';

const pictureCount = 300;
const killCount = 12;
const seed = Number(process.env['SEED'] ?? 1);

/** Drawn pictures with a plate. */
const readable = samples.flatMap(({ file, expected }) =>
  expected.status === 'READ' ? [{ file, bytes: readSample(file), plate: expected.plate }] : [],
);

/** A claim of a killed sandbox lasts for 100 s, and a picture whose reader was killed waits besides. */
const longestReturnMs = 300_000;

const run = promisify(execFile);

/** The processes of the built-in reader that this process started through the sandboxes. */
async function readerProcesses(): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  const processes = stdout.split('\n').flatMap((line) => {
    const [, id, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return id === undefined ? [] : [{ id: Number(id), parent: Number(parent), command: command ?? '' }];
  });
  const parentOf = new Map(processes.map(({ id, parent }) => [id, parent]));
  const isOurs = (id: number | undefined): boolean =>
    id !== undefined && id > 1 && (id === process.pid || isOurs(parentOf.get(id)));
  return processes
    .filter(({ id, command }) => command.includes('reader-process.mjs') && isOurs(id))
    .map(({ id }) => id);
}

test('with sandboxes and readers killed at random, every picture ends right, without a call', async (t) => {
  const random = seededRandom(seed);
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  const parameters = ['reader=builtin', `architecture=${architecture}`];
  const pipeline = await startPipeline({
    packageDirectory: await deployedPackage([
      '--stage',
      'local',
      ...parameters.flatMap((each) => ['--param', each]),
    ]),
    concurrency: 2,
    polling: false,
    visibilityTimeoutSeconds: 5,
    functionTimeoutSeconds: 40,
    // Some fifty times what a picture takes on an idle machine.
    environment: { OCR_TIMEOUT_MS: '5000' },
  });
  t.onTestFinished(() => pipeline.stop());
  const { stack } = pipeline;

  const plateOfKey = new Map<string, string>();
  for (let index = 0; index < pictureCount; index += 1) {
    const { file, bytes, plate } = readable[index % readable.length] ?? assert.fail();
    const key = `gate-${index % 7}/${index}${file.slice(-4)}`;
    plateOfKey.set(key, plate);
    await pipeline.upload(key, bytes);
  }

  stack.startPolling();
  let killedReaders = 0;
  let unfinishedAtKill = 0;
  for (let kill = 0; kill < killCount; kill += 1) {
    await delay(1500 + random() * 1500);
    unfinishedAtKill = pictureCount - (await pipeline.records()).filter(isFinal).length;
    if (kill % 3 === 2) {
      await stack.killSandboxes();
      continue;
    }
    const [reader] = await readerProcesses();
    if (reader === undefined) continue;
    process.kill(reader, 'SIGKILL');
    killedReaders += 1;
  }

  await pipeline.queueIsEmpty(longestReturnMs);
  const records = await pipeline.records();
  assert.equal(records.length, pictureCount);
  for (const record of records) {
    assert.deepEqual([record['status'], record['plate']], ['READ', plateOfKey.get(String(record['key']))]);
  }
  assert.equal(await pipeline.deadLetterCount(), 0);
  assert.deepEqual(stack.vehiclePlateEndpoint.calls, []);
  // Otherwise nothing was attacked.
  assert.ok(killedReaders > 0 && unfinishedAtKill > 0, `${killedReaders}, ${unfinishedAtKill}`);
  await stack.killSandboxes();
  // A reader ends with its sandbox.
  await delay(1000);
  assert.deepEqual(await readerProcesses(), []);
  await t.annotate(`seed ${seed}: ${killedReaders} readers killed, ${killCount / 3} times all sandboxes`);
});
