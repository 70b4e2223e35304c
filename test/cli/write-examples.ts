// npm run examples: runs the commands of docs/plateline.md, and writes what they print into it.
import { readFile, writeFile } from 'node:fs/promises';
import { examplesOf, page, runExamples, withOutputs } from './examples.ts';

const markdown = await readFile(page, 'utf8');
const examples = examplesOf(markdown);
console.error(`Running the ${examples.length} commands of docs/plateline.md against a local stack …`);
await writeFile(page, withOutputs(markdown, await runExamples(examples.map(({ command }) => command))));
