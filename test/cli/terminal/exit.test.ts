import assert from 'node:assert/strict';
import { test } from 'vitest';
import { CommandError } from '../../../cli/terminal/command-error.ts';
import { exitOf } from '../../../cli/terminal/exit.ts';

test('trouble that a person can put right ends in its sentence, with status 1', () => {
  assert.deepEqual(exitOf(new CommandError('NO_TABLE', 'There is no table.')), {
    status: 1,
    sentence: 'There is no table.',
  });
});

test('a wrong call ends with status 2', () => {
  assert.equal(exitOf(new CommandError('USAGE', 'Name a camera.'))?.status, 2);
});

test('Ctrl-C ends without a word, with status 130', () => {
  assert.deepEqual(exitOf(AbortSignal.abort().reason), { status: 130 });
});

test('a fault of the command itself gets no sentence, so that its stack is shown', () => {
  assert.equal(exitOf(new TypeError('undefined is not a function')), undefined);
});
