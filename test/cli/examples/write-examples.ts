// npm run examples: runs the commands of docs/plateline.md, and writes what they print into it; with --keep-up, the stack that they are run against.
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { listenForInterruption } from '../../../cli/terminal/interruption.ts';
import { examplesOf, page, runExamples, startExamples, withOutputs } from './examples.ts';

if (process.argv.includes('--keep-up')) {
  const interruption = listenForInterruption();
  const pipeline = await startExamples({ s3: 9100, gateway: 9105 });
  const { gateway, s3 } = pipeline.stack;
  console.log(`The stack of docs/plateline.md is up at ${gateway.url}, S3 at ${s3.url}. Ctrl-C ends it.`);
  await once(interruption, 'abort');
  await pipeline.stop();
} else {
  const markdown = await readFile(page, 'utf8');
  const examples = examplesOf(markdown);
  console.error(`Running the ${examples.length} commands of docs/plateline.md against a local stack …`);
  await writeFile(page, withOutputs(markdown, await runExamples(examples.map(({ command }) => command))));
}
