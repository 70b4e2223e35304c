/*
 * A deterministic simulation of the pipeline: `npm run simulate -- --seeds 10000`.
 *
 * The function's own code runs against S3, SQS, Lambda, SSM, DynamoDB and a vehicle-plate endpoint that are simulated on a virtual
 * clock. Everything that happens is drawn from a seed: what is uploaded, overwritten and removed, what is announced twice or late,
 * which requests fail, whose replies are lost, which invocations die, what is out for hours. The same seed is the same history.
 * Afterwards an oracle, which shares no code with the function, holds the history against the project's promises.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { describeHistory } from './history.ts';
import { judge } from './oracle.ts';
import { runHistory } from './run-history.ts';
import { runSeedsOnThread } from './run-seeds-on-thread.ts';
import { addTally, type Tally } from './tally.ts';

const help = `Usage: npm run simulate -- [options]

  --seeds N   how many histories to run (2000)
  --from S    the first seed (1)
  --seed K    run this one history only, and print it
  --help      show this

Exits with 1 and prints the history if one breaks a promise.`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(help);
else if (values.seed !== undefined) await showSeed(wholeNumber('seed', values.seed));
else await runMany(wholeNumber('from', values.from), wholeNumber('seeds', values.seeds));

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  console.error(`--${option} must be a whole number from 1 on; it is ${JSON.stringify(text)}.\n\n${help}`);
  process.exit(2);
}

async function showSeed(seed: number): Promise<void> {
  const history = await runHistory(seed);
  const violations = judge(history);
  console.log(describeHistory(history));
  if (violations.length > 0) report(seed, violations);
  else console.log(`\nSeed ${seed} keeps every promise.`);
}

/** On one thread for each core; the first history that breaks a promise ends all. */
async function runMany(from: number, count: number): Promise<void> {
  const startedMs = Date.now();
  const threads = availableParallelism();
  const done = new Map<number, number>();
  const tally: Tally = new Map();

  const runShare = async (index: number) => {
    const result = await runSeedsOnThread(
      { from: from + index, to: from + count - 1, step: threads },
      {
        progress(seedsDone) {
          done.set(index, seedsDone);
          const sum = [...done.values()].reduce((one, other) => one + other);
          process.stderr.write(`\r${sum} of ${count} seeds`);
        },
      },
    );
    addTally(tally, result.tally);
    if (!result.failure) return;
    console.log(`\n${result.failure.history}`);
    report(result.failure.seed, result.failure.violations);
    process.exit();
  };
  await Promise.all(Array.from({ length: threads }, (_, index) => runShare(index)));

  console.log(`\n${count} seeds from ${from} on, in ${Math.round((Date.now() - startedMs) / 1000)} s:`);
  console.table(Object.fromEntries([...tally].toSorted().map(([name, amount]) => [name, { amount }])));
  console.log('Every promise is kept.');
}

function report(seed: number, violations: readonly string[]): void {
  console.log(`\nSeed ${seed} breaks promises:\n${violations.join('\n')}`);
  console.log(`Once more: npm run simulate -- --seed ${seed}`);
  process.exitCode = 1;
}
