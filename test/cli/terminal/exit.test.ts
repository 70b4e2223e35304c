import assert from 'node:assert/strict';
import { test } from 'vitest';
import { CommandError } from '../../../cli/terminal/command-error.ts';
import { exitOf } from '../../../cli/terminal/exit.ts';
import { ReaderError } from '../../../functions/plate-reader/reader-error.ts';

test('an error that a person can correct exits with its sentence and status 1', () => {
  assert.deepEqual(exitOf(new CommandError('NO_TABLE', 'There is no table.')), {
    status: 1,
    sentence: 'There is no table.',
  });
});

for (const code of ['MODEL_MISSING', 'MODEL_DAMAGED'] as const) {
  test(`a reader that cannot start, ${code}, exits with its sentence and status 1`, () => {
    const sentence = "The model's file locator.onnx cannot be read.";
    assert.deepEqual(exitOf(new ReaderError(code, sentence)), { status: 1, sentence });
  });
}

test('a reader that the exit of the process closes adds no sentence of its own', () => {
  assert.deepEqual(exitOf(new ReaderError('READER_CLOSED', 'The reader is closed.')), { status: 130 });
});

test('a wrong call exits with status 2', () => {
  assert.equal(exitOf(new CommandError('USAGE', 'Name a camera.'))?.status, 2);
});

test('Ctrl-C exits silently with status 130', () => {
  assert.deepEqual(exitOf(AbortSignal.abort().reason), { status: 130 });
});

test('a bug gets no sentence, so that its stack is shown', () => {
  assert.equal(exitOf(new TypeError('undefined is not a function')), undefined);
});
