import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { loadModels } from '../../../functions/plate-reader/models.ts';
import { createPlateReader } from '../../../functions/plate-reader/plate-reader.ts';
import { ReaderError, type ReaderErrorCode } from '../../../functions/plate-reader/reader-error.ts';
import { createReaderPool } from '../../../functions/plate-reader/reader-pool.ts';
import { fakeModels } from './fake-networks.ts';

let directory = '';
let url: URL;
const bytes = Buffer.from('not really a network');
const sha256 = createHash('sha256').update(bytes).digest('hex');

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'models-'));
  url = pathToFileURL(`${directory}/`);
  write('locator.onnx', bytes);
  write('recogniser.onnx', bytes);
  write('models.json', JSON.stringify(described));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const described = {
  ...fakeModels,
  locator: { ...fakeModels.locator, sha256 },
  recogniser: { ...fakeModels.recogniser, sha256 },
};

function write(file: string, content: string | Uint8Array): void {
  writeFileSync(join(directory, file), content);
}

function isError(code: ReaderErrorCode, named: string) {
  return (error: unknown) => {
    assert.ok(error instanceof ReaderError);
    assert.equal(error.code, code);
    assert.match(error.message, /^[A-Z][^]{10,}\.$/);
    assert.ok(error.message.includes(named));
    return true;
  };
}

test('models whose hashes are as described are loaded', async () => {
  const models = await loadModels(url);
  assert.deepEqual(models.description, described);
  assert.deepEqual(Buffer.from(models.locator), bytes);
});

describe('a model that is not as described is named in the error', () => {
  for (const file of ['models.json', 'locator.onnx', 'recogniser.onnx']) {
    test(`${file} is missing`, async () => {
      rmSync(join(directory, file));
      await assert.rejects(loadModels(url), isError('MODEL_MISSING', file));
    });
  }

  for (const file of ['locator.onnx', 'recogniser.onnx']) {
    test(`a byte of ${file} is another`, async () => {
      write(file, Buffer.concat([bytes, Buffer.from('!')]));
      await assert.rejects(loadModels(url), isError('MODEL_DAMAGED', file));
    });
  }

  for (const [name, content] of [
    ['text', 'not JSON'],
    ['of another shape', '{}'],
    [
      'pointing out of its directory',
      JSON.stringify({ ...described, locator: { ...described.locator, file: '../x.onnx' } }),
    ],
  ] as const) {
    test(`models.json is ${name}`, async () => {
      write('models.json', content);
      await assert.rejects(loadModels(url), isError('MODEL_DAMAGED', 'models.json'));
    });
  }
});

describe('a file with the right hash that is no network is an error too', () => {
  test('in the calling thread', async () => {
    await assert.rejects(
      createPlateReader({ modelsDirectory: url }),
      isError('MODEL_DAMAGED', 'locator.onnx'),
    );
  });

  test('in worker threads, all of which end', async () => {
    await assert.rejects(
      createReaderPool({ modelsDirectory: url, workers: 2 }),
      isError('MODEL_DAMAGED', '.onnx'),
    );
  });
});
