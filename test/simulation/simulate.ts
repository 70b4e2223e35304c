/*
 * A deterministic simulation of the pipeline: `npm run simulate -- --seeds 10000`.
 *
 * The function's own code runs against S3, SQS, Lambda, SSM, DynamoDB and a vehicle-plate endpoint, all
 * simulated on a virtual clock. A seed decides everything that happens: uploads, overwrites and removals,
 * double and late events, failed requests, lost replies, killed invocations, outages of hours. The same seed
 * always gives the same history. An oracle, which shares no code with the function, then checks the history
 * against the project's promises.
 */
import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { wholeNumber } from '../../cli/options/whole-number.ts';
import { runProgram } from '../../cli/terminal/run-program.ts';
import { runSeedsOnThread } from './run-seeds-on-thread.ts';
import { loadSimulation } from './seed-history.ts';
import { simulations, type Simulation } from './simulations.ts';
import { addTally, type Tally } from './tally.ts';

type Options = {
  readonly seeds: number;
  readonly from: number;
  readonly seed?: number;
  readonly of: Simulation;
};

const seedNumber = wholeNumber(1, 999_999_999);

const program = new Command('npm run simulate --')
  .description('Runs random histories of the pipeline, and exits with status 1 if one breaks a promise.')
  .option('--seeds <number>', 'how many histories to run', seedNumber, 2000)
  .option('--from <seed>', 'the first seed', seedNumber, 1)
  .option('--seed <seed>', 'run only this history, and print it', seedNumber)
  .addOption(
    new Option('--of <part>', 'what has the histories: pictures, by what reads them, or events or webhooks')
      .choices(simulations)
      .default('endpoint'),
  )
  .exitOverride()
  .action(({ seeds, from, seed, of }: Options) =>
    seed === undefined ? runMany(from, seeds, of) : showSeed(seed, of),
  );
await runProgram(program);

async function showSeed(seed: number, of: Simulation): Promise<void> {
  const runSeed = await loadSimulation(of);
  const { violations, describe } = await runSeed(seed, new Map());
  console.log(describe());
  if (violations.length > 0) report(seed, of, violations);
  else console.log(`\nSeed ${seed} keeps every promise.`);
}

/** One thread for each core; the first history that breaks a promise ends the run. */
async function runMany(from: number, count: number, of: Simulation): Promise<void> {
  const startedMs = Date.now();
  const threads = availableParallelism();
  const done = new Map<number, number>();
  const tally: Tally = new Map();

  const runShare = async (index: number) => {
    const result = await runSeedsOnThread(
      { of, from: from + index, to: from + count - 1, step: threads },
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
    report(result.failure.seed, of, result.failure.violations);
    process.exit();
  };
  await Promise.all(Array.from({ length: threads }, (_, index) => runShare(index)));

  console.log(`\n${count} seeds from ${from} on, in ${Math.round((Date.now() - startedMs) / 1000)} s:`);
  if (tally.size > 0)
    console.table(Object.fromEntries([...tally].toSorted().map(([name, amount]) => [name, { amount }])));
  console.log('Every promise is kept.');
}

function report(seed: number, of: Simulation, violations: readonly string[]): void {
  console.log(`\nSeed ${seed} breaks promises:\n${violations.join('\n')}`);
  console.log(`Run it again: npm run simulate -- --of ${of} --seed ${seed}`);
  process.exitCode = 1;
}
