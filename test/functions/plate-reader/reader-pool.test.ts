import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, test } from 'vitest';
import { ReaderError, type ReaderErrorCode } from '../../../functions/plate-reader/reader-error.ts';
import {
  createReaderPool,
  type ReaderPool,
  type ReaderPoolOptions,
} from '../../../functions/plate-reader/reader-pool.ts';
import { eventually } from '../../eventually.ts';
import { makePng } from '../../fakes/pictures.ts';

const workerFile = new URL('./scripted-worker.ts', import.meta.url);
const readers: ReaderPool[] = [];

async function startPool(options: ReaderPoolOptions = {}): Promise<ReaderPool> {
  const reader = await createReaderPool({ workers: 1, workerFile, ...options });
  readers.push(reader);
  return reader;
}

afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.close()));
});

/** What the scripted worker makes of a text. */
async function read(reader: ReaderPool, text: string, signal?: AbortSignal): Promise<string> {
  const reading = await reader.read(Buffer.from(text), signal ? { signal } : {});
  assert.equal(reading.kind, 'refused');
  return reading.reason.message;
}

function isError(code: ReaderErrorCode) {
  return (error: unknown) => error instanceof ReaderError && error.code === code;
}

test('each picture gets its own answer, with one worker or several', async () => {
  for (const workers of [1, 3]) {
    const reader = await startPool({ workers });
    const texts = Array.from({ length: 20 }, (_text, index) => `picture ${index}`);
    assert.deepEqual(await Promise.all(texts.map((text) => read(reader, text))), texts);
  }
});

test('the caller may change the bytes as soon as the call returns', async () => {
  const reader = await startPool();
  const first = read(reader, 'slow');
  const bytes = Buffer.from('as it was');
  const reading = reader.read(bytes);
  await first;
  bytes.fill(0);
  const answer = await reading;
  assert.ok(answer.kind === 'refused' && answer.reason.message === 'as it was');
});

describe('a worker that ends fails its own picture alone', () => {
  for (const command of ['crash', 'exit']) {
    test(command, async () => {
      const reader = await startPool();
      const [before, crashed, after] = await Promise.allSettled([
        read(reader, 'before'),
        read(reader, command),
        read(reader, 'after'),
      ]);
      assert.deepEqual(before, { status: 'fulfilled', value: 'before' });
      assert.ok(crashed.status === 'rejected' && isError('READER_CRASHED')(crashed.reason));
      assert.deepEqual(after, { status: 'fulfilled', value: 'after' });
    });
  }
});

test('a picture for which there is no room is refused at once, and those before it are read', async () => {
  const reader = await startPool({ maxWaiting: 2 });
  const accepted = ['slow', 'one', 'two'].map((text) => read(reader, text));
  await assert.rejects(read(reader, 'three'), isError('READER_BUSY'));
  assert.deepEqual(await Promise.all(accepted), ['slow', 'one', 'two']);
  assert.equal(await read(reader, 'four'), 'four');
});

test('an aborted picture gives up its place in the queue', async () => {
  const reader = await startPool({ maxWaiting: 1 });
  const slow = read(reader, 'slow');
  const controller = new AbortController();
  const reason = new Error('not needed any more');
  const waiting = read(reader, 'waiting', controller.signal);
  controller.abort(reason);
  await assert.rejects(waiting, reason);
  assert.equal(await read(reader, 'next'), 'next');
  assert.equal(await slow, 'slow');
  await assert.rejects(read(reader, 'late', controller.signal), reason);
});

/** The pool is ready when its first worker is; here all of them have answered. */
async function untilAllWork(reader: ReaderPool, workers: number): Promise<void> {
  const codes = new Set<string>();
  while (codes.size < workers) {
    for (const reading of await Promise.all([1, 2, 3].map(() => reader.read(makePng(10, 10))))) {
      if (reading.kind === 'refused') codes.add(reading.reason.code);
    }
  }
}

test('only one large picture is read at a time, and small ones pass by', async () => {
  const reader = await startPool({ workers: 2 });
  await untilAllWork(reader, 2);
  const order: string[] = [];
  const readLarge = async (name: string) => {
    await reader.read(makePng(8000, 8000));
    order.push(name);
  };
  const small = async () => {
    await reader.read(makePng(10, 10));
    order.push('small');
  };
  await Promise.all([readLarge('first'), readLarge('second'), small()]);
  assert.deepEqual(order, ['small', 'first', 'second']);
});

test('closing finishes what is being read and fails what waits', async () => {
  const reader = await startPool();
  const slow = read(reader, 'slow');
  const waiting = assert.rejects(read(reader, 'waiting'), isError('READER_CLOSED'));
  await reader.close();
  assert.equal(await slow, 'slow');
  await waiting;
  await assert.rejects(read(reader, 'late'), isError('READER_CLOSED'));
});

test('a worker that does not start is an error of the start', async () => {
  await assert.rejects(
    createReaderPool({ workers: 1, workerFile: new URL('./no-such-worker.ts', import.meta.url) }),
    isError('READER_CRASHED'),
  );
});

describe('where no worker can be started any more, pictures fail at once until one can', () => {
  for (const [file, code] of [
    ['missing', 'MODEL_MISSING'],
    ['broken', 'READER_CRASHED'],
  ] as const) {
    test(`a ${file} model`, async (context) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'plateline-pool-'));
      context.onTestFinished(() => {
        rmSync(folder, { recursive: true });
      });
      const reader = await startPool({
        workerFile: new URL('./breakable-worker.ts', import.meta.url),
        modelsDirectory: pathToFileURL(`${folder}/`),
        restartDelayMs: 5,
      });
      assert.ok(reader.isReady());
      writeFileSync(path.join(folder, file), '');
      const [crashed, ...waiting] = ['crash', 'one', 'two'].map((text) => read(reader, text));
      assert.ok(crashed);
      await assert.rejects(crashed, isError('READER_CRASHED'));
      for (const picture of waiting) await assert.rejects(picture, isError(code));
      assert.ok(!reader.isReady());
      await assert.rejects(read(reader, 'three'), isError(code));

      rmSync(path.join(folder, file));
      await eventually('a reader that reads', () => reader.isReady() || undefined);
      assert.equal(await read(reader, 'four'), 'four');
    });
  }

  test('and a pool that waits to start one can be closed', async (context) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'plateline-pool-'));
    context.onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const reader = await startPool({
      workerFile: new URL('./breakable-worker.ts', import.meta.url),
      modelsDirectory: pathToFileURL(`${folder}/`),
    });
    writeFileSync(path.join(folder, 'missing'), '');
    await assert.rejects(read(reader, 'crash'), isError('READER_CRASHED'));
    await reader.close();
    assert.ok(!reader.isReady());
    await assert.rejects(read(reader, 'late'), isError('READER_CLOSED'));
  });
});

test('a pool that closes lets its last workers start before it ends them', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'plateline-pool-'));
  const lateWorker = new URL('./late-worker.ts', import.meta.url);
  const modelsDirectory = pathToFileURL(`${folder}/`);
  const reader = await createReaderPool({ workers: 3, workerFile: lateWorker, modelsDirectory });
  await reader.close();
  assert.equal(readFileSync(path.join(folder, 'started'), 'utf8'), '...');
  rmSync(folder, { recursive: true });
});
