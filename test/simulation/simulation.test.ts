import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { describeHistory } from './history.ts';
import { runHistory } from './run-history.ts';
import { runSeedsOnThread } from './run-seeds-on-thread.ts';

const seeds = { from: 1, to: 2000, step: 1 };

test('two thousand histories full of faults keep every promise', async () => {
  const { failure } = await runSeedsOnThread(seeds);

  assert.equal(failure, undefined, `npm run simulate -- --seed ${failure?.seed} shows the history`);
});

test('so do three hundred histories with the built-in reader, which crashes, stalls and does not start', async () => {
  const { failure } = await runSeedsOnThread({ of: 'builtin', from: 1, to: 300, step: 1 });

  assert.equal(
    failure,
    undefined,
    `npm run simulate -- --of builtin --seed ${failure?.seed} shows the history`,
  );
});

test('so do two hundred histories with caps on calls, which no call exceeds and which lose no picture', async () => {
  const { failure } = await runSeedsOnThread({ of: 'capped-endpoint', from: 1, to: 200, step: 1 });

  assert.equal(
    failure,
    undefined,
    `npm run simulate -- --of capped-endpoint --seed ${failure?.seed} shows the history`,
  );
});

test('so do one hundred histories in which the endpoint refuses for hours: it is probed rarely, and all is read', async () => {
  const { failure } = await runSeedsOnThread({ of: 'refusing-endpoint', from: 1, to: 100, step: 1 });

  assert.equal(
    failure,
    undefined,
    `npm run simulate -- --of refusing-endpoint --seed ${failure?.seed} shows the history`,
  );
});

test('a seed is one history, whatever ran before it', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const first = describeHistory(await runHistory(seed));
    await runHistory(seed + 1);

    assert.equal(describeHistory(await runHistory(seed)), first);
  }
});

test('two seeds are two histories', async () => {
  assert.notEqual(describeHistory(await runHistory(1)), describeHistory(await runHistory(2)));
});

test('the command sums up what it ran', () => {
  const { status, stdout } = simulate('--seeds', '4', '--from', '7');

  assert.match(stdout, /4 seeds from 7 on/);
  assert.match(stdout, /Every promise is kept/);
  assert.equal(status, 0);
});

test('the command prints the history of one seed', () => {
  const { status, stdout } = simulate('--seed', '15');

  assert.match(stdout, /00:00:00\.000 {2}-- bucket with/);
  assert.match(stdout, /Seed 15 keeps every promise/);
  assert.equal(status, 0);
});

test('the command refuses a number that is none', () => {
  const { status, stderr } = simulate('--seeds', 'many');

  assert.match(stderr, /--seeds .*'many' is invalid\. It must be a whole number from 1 to/);
  assert.equal(status, 2);
});

function simulate(...options: readonly string[]) {
  const program = fileURLToPath(new URL('simulate.ts', import.meta.url));
  return spawnSync(process.execPath, [program, ...options], { encoding: 'utf8' });
}
