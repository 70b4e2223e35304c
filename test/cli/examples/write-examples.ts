// npm run examples: runs the commands of docs/plateline.md and writes their output into it.
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { listenForInterrupt } from '../../../cli/terminal/interrupt.ts';
import { runProgram } from '../../../cli/terminal/run-program.ts';
import { examplesOf, page, runExamples, startExamples, withOutputs } from './examples.ts';

const program = new Command('npm run examples --')
  .description(
    'Runs the commands of docs/plateline.md against a local stack, and writes their output into the page.',
  )
  .option('--keep-up', 'only run the local stack of the page, until Ctrl-C')
  .exitOverride()
  .action(({ keepUp }: { readonly keepUp?: true }) => (keepUp ? keepUpStack() : writeExamples()));
await runProgram(program);

async function keepUpStack(): Promise<void> {
  const interrupt = listenForInterrupt();
  const pipeline = await startExamples({ s3: 9100, gateway: 9105 });
  const { gateway, s3 } = pipeline.stack;
  console.log(`The stack of docs/plateline.md is up at ${gateway.url}, S3 at ${s3.url}. Ctrl-C stops it.`);
  if (!interrupt.aborted) await once(interrupt, 'abort');
  await pipeline.stop();
}

async function writeExamples(): Promise<void> {
  const markdown = await readFile(page, 'utf8');
  const examples = examplesOf(markdown);
  console.error(`Running the ${examples.length} commands of docs/plateline.md against a local stack …`);
  await writeFile(page, withOutputs(markdown, await runExamples(examples.map(({ command }) => command))));
}
