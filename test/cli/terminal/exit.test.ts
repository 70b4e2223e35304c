import assert from 'node:assert/strict';
import { test } from 'vitest';
import { CommandError } from '../../../cli/terminal/command-error.ts';
import { exitOf } from '../../../cli/terminal/exit.ts';

test('an error that a person can correct exits with its sentence and status 1', () => {
  assert.deepEqual(exitOf(new CommandError('NO_TABLE', 'There is no table.')), {
    status: 1,
    sentence: 'There is no table.',
  });
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
