// npm run bench: measures what a picture costs, shows it as tables and writes the report. Its status tells whether the bench worked, not how fast anything was.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installBenchPackages } from './bench-packages.ts';
import { measureBurst } from './burst.ts';
import { describeRuntimeClient } from './cold-start-process.ts';
import { measureColdStart } from './cold-start.ts';
import { measureCost } from './cost.ts';
import { describeEnvironment } from './environment.ts';
import { measureGrowth } from './growth.ts';
import { measureInitPhase } from './init-phase.ts';
import { measureMemory } from './memory.ts';
import { createProgressLine } from './progress-line.ts';
import { tableForTerminal } from './report-terminal.ts';
import { writeReport } from './report.ts';
import type { Measure, Section } from './section.ts';
import { measureWarmWork } from './warm-work.ts';

const measures = new Map<string, Measure>([
  ['cold-start', measureColdStart],
  ['init-phase', measureInitPhase],
  ['warm-work', measureWarmWork],
  ['cost', measureCost],
  ['memory', measureMemory],
  ['burst', measureBurst],
  ['growth', measureGrowth],
]);
const allNames = [...measures.keys()];

const help = `Measures what a picture costs, beside the least it could cost and beside what is usual.

  npm run bench -- [--quick] [--only cold-start,memory]

  --quick   a little of everything, only to see that the bench works
  --only    some of ${allNames.join(', ')}

A whole run writes test/bench/report, any other .build/bench.`;

/** What the command line asks for. */
type Request = { readonly quick: boolean; readonly names: readonly string[] };

const committedReport = fileURLToPath(new URL('report', import.meta.url));
const passingReport = fileURLToPath(new URL('../../.build/bench', import.meta.url));

const request = readRequest(process.argv.slice(2));
if (request !== undefined) await bench(request);

function readRequest(args: string[]): Request | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const names = values.only?.split(',') ?? allNames;
    const unknownName = names.find((name) => !measures.has(name));
    if (unknownName !== undefined)
      throw new RangeError(`There is no measurement ${JSON.stringify(unknownName)}.`);
    if (!values.help) return { quick: values.quick, names };
    console.log(help);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    console.error(`${error.message}\n\n${help}`);
    process.exitCode = 2;
  }
  return undefined;
}

async function bench({ quick, names }: Request): Promise<void> {
  const progressLine = createProgressLine(process.stderr);
  const progress = (sentence: string) => {
    progressLine.show(sentence);
  };
  await installBenchPackages(progress);
  const workDirectory = await mkdtemp(path.join(tmpdir(), 'plateline-bench-'));
  const sections: Section[] = [];
  try {
    for (const [name, measure] of measures) {
      if (!names.includes(name)) continue;
      const section = await measure({ quick, progress, workDirectory });
      sections.push(section);
      progressLine.clear();
      console.log([tableForTerminal(section), ...section.notes, ''].join('\n'));
    }
  } finally {
    progressLine.clear();
    await rm(workDirectory, { recursive: true });
  }
  const directory = quick || names.length < allNames.length ? passingReport : committedReport;
  await writeReport(directory, sections, describeEnvironment(new Date(), describeRuntimeClient()));
  console.log(`Drawn in ${path.relative(process.cwd(), path.join(directory, 'report.html'))}`);
}
