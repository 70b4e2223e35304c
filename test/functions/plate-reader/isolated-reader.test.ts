import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, test, type TestContext } from 'vitest';
import { createIsolatedReader } from '../../../functions/plate-reader/isolated-reader.ts';
import { readSample } from '../../../infra/local/samples/samples.ts';
import { eventually } from '../../eventually.ts';

const harmedProcess = new URL('harmed-process.ts', import.meta.url);

function start(context: TestContext, options: Partial<Parameters<typeof createIsolatedReader>[0]> = {}) {
  const reader = createIsolatedReader({ timeoutMs: 60_000, program: harmedProcess, ...options });
  context.onTestFinished(() => reader.close());
  return reader;
}

const harmless = Buffer.from('harmless');

describe('a picture', () => {
  test('is read in a process of its own as in this one', async (context) => {
    const reader = createIsolatedReader({ timeoutMs: 60_000 });
    context.onTestFinished(() => reader.close());
    const reading = await reader.read(readSample('day.jpg'));
    assert.equal(reading.kind === 'read' && reading.plates[0]?.plate, '123가4567');
  });

  for (const [name, bytes] of [
    ['crashes the process', 'crash'],
    ['takes all memory', 'memory'],
  ] as const) {
    test(`that ${name} fails alone, and the next one gets a new process`, async (context) => {
      const reader = start(context);
      const before = await reader.read(harmless);
      await assert.rejects(reader.read(Buffer.from(bytes)), { code: 'READER_CRASHED' });
      const after = await reader.read(harmless);
      assert.ok(before.kind === 'refused' && after.kind === 'refused');
      assert.notEqual(after.reason.code, before.reason.code);
    });
  }

  test('that lasts too long is ended, and its process with it', async (context) => {
    const reader = start(context, { timeoutMs: 3000 });
    const before = await reader.read(harmless);
    assert.equal(before.kind, 'refused');
    await assert.rejects(reader.read(Buffer.from('slow')), { code: 'READER_TIMED_OUT' });
    assert.throws(() => process.kill(Number(before.reason.code), 0), { code: 'ESRCH' });
  });

  test('meets a process without the credentials of this one, and without telemetry', async (context) => {
    process.env['AWS_SECRET_ACCESS_KEY'] ??= 'canary';
    const reading = await start(context).read(harmless);
    assert.ok(reading.kind === 'refused');
    const names = reading.reason.message.split(' ');
    assert.ok(names.includes('ORT_DISABLE_TELEMETRY'));
    assert.deepEqual(
      names.filter((name) => name.startsWith('AWS_')),
      [],
    );
  });

  test('is refused while the reader has another', async (context) => {
    const reader = start(context);
    const first = reader.read(harmless);
    await assert.rejects(reader.read(harmless), { code: 'READER_BUSY' });
    await first;
  });
});

test('missing models are reported at each picture, and blame none', async (context) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'plateline-models-'));
  context.onTestFinished(() => rm(folder, { recursive: true }));
  const reader = createIsolatedReader({
    timeoutMs: 60_000,
    modelsDirectory: pathToFileURL(`${folder}/`),
  });
  context.onTestFinished(() => reader.close());
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await assert.rejects(reader.read(harmless), { code: 'MODEL_MISSING' });
  }
});

test('a program that does not start blames no picture', async (context) => {
  const reader = start(context, { program: new URL('no-such-program.ts', import.meta.url) });
  await assert.rejects(reader.read(harmless), { code: 'READER_NOT_STARTED' });
});

test('a closed reader leaves no process behind', async (context) => {
  const reader = start(context);
  const reading = await reader.read(harmless);
  assert.equal(reading.kind, 'refused');
  await reader.close();
  await eventually('the end of the process', () => {
    try {
      process.kill(Number(reading.reason.code), 0);
      return undefined;
    } catch {
      return true;
    }
  });
  await assert.rejects(reader.read(harmless), { code: 'READER_CLOSED' });
});
