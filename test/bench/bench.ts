// npm run bench: measures what a picture costs. Its exit status says whether the bench worked, not how fast
// anything was.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { runProgram } from '../../cli/terminal/run-program.ts';
import { installBenchPackages } from './bench-packages.ts';
import { measureBuiltInReader } from './built-in-reader.ts';
import { measureBurst } from './burst.ts';
import { describeRuntimeClient } from './cold-start-process.ts';
import { measureColdStart } from './cold-start.ts';
import { measureCost } from './cost.ts';
import { describeEnvironment } from './environment.ts';
import { measureEvents } from './events.ts';
import { measureGrowth } from './growth.ts';
import { measureInitPhase } from './init-phase.ts';
import { measureMemory } from './memory.ts';
import { measureOptimisations } from './optimisations.ts';
import { createProgressLine } from './progress-line.ts';
import { tableForTerminal } from './report-terminal.ts';
import { writeReport } from './report.ts';
import type { BenchOptions, Measure, Section } from './section.ts';
import { measureWarmWork } from './warm-work.ts';

const measures = new Map<string, Measure>([
  ['cold-start', measureColdStart],
  ['init-phase', measureInitPhase],
  ['warm-work', measureWarmWork],
  ['optimisations', measureOptimisations],
  ['cost', measureCost],
  ['memory', measureMemory],
  ['burst', measureBurst],
  ['growth', measureGrowth],
  ['built-in-reader', measureBuiltInReader],
  ['events', measureEvents],
]);
const allNames: readonly string[] = [...measures.keys()];

const committedPage = fileURLToPath(new URL('report', import.meta.url));
const buildDirectory = fileURLToPath(new URL('../../.build/bench', import.meta.url));

type Options = { readonly quick?: boolean; readonly sections?: readonly string[]; readonly compare?: string };

const program = new Command('npm run bench --')
  .description(
    'Measures what a picture costs, next to the least it could cost and next to what is usual.\n' +
      'A whole run writes test/bench/report; any other run writes .build/bench.',
  )
  .option('--quick', 'measure a little of everything, only to see that the bench works')
  .option('--sections <names>', `measure only some of ${allNames.join(', ')}`, parseSections)
  .option('--compare <directory>', "add another checkout's function to cold-start; package it there first")
  .showHelpAfterError()
  .exitOverride()
  .action(bench);
await runProgram(program);

function parseSections(list: string): readonly string[] {
  const names = list.split(',');
  const unknownName = names.find((name) => !measures.has(name));
  if (unknownName !== undefined) throw new InvalidArgumentError(`There is no section ${unknownName}.`);
  return names;
}

async function bench({ quick = false, sections: names = allNames, compare }: Options): Promise<void> {
  const progressLine = createProgressLine(process.stderr);
  const progress = (sentence: string) => {
    progressLine.show(sentence);
  };
  await installBenchPackages(progress);
  const workDirectory = await mkdtemp(path.join(tmpdir(), 'plateline-bench-'));
  let sections: readonly Section[];
  try {
    sections = await measureSections(names, { quick, progress, workDirectory, compare }, () => {
      progressLine.clear();
    });
  } finally {
    progressLine.clear();
    await rm(workDirectory, { recursive: true });
  }
  const isWhole = !quick && names.length === allNames.length && compare === undefined;
  const page = isWhole ? committedPage : buildDirectory;
  const environment = describeEnvironment(new Date(), describeRuntimeClient());
  await writeReport({ page, points: buildDirectory }, sections, environment);
  console.log(`The page is ${path.relative(process.cwd(), path.join(page, 'README.md'))}`);
}

async function measureSections(
  names: readonly string[],
  options: BenchOptions,
  makeRoom: () => void,
): Promise<readonly Section[]> {
  const sections: Section[] = [];
  for (const [name, measure] of measures) {
    if (!names.includes(name)) continue;
    const section = await measure(options);
    sections.push(section);
    makeRoom();
    console.log([tableForTerminal(section), ...section.notes, ''].join('\n'));
  }
  return sections;
}
