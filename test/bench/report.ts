import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { drawChartsPath } from './bench-packages.ts';
import type { Environment } from './environment.ts';
import { picturesOf, reportAsMarkdown } from './report-markdown.ts';
import type { Section } from './section.ts';

/**
 * Where the report goes: the page and its pictures to the one directory, every measured point to the other.
 */
type ReportDirectories = { readonly page: string; readonly points: string };

/** Writes `results.json`, then `README.md` and its pictures, over those of an earlier run. */
export async function writeReport(
  directories: ReportDirectories,
  sections: readonly Section[],
  environment: Environment,
): Promise<void> {
  await mkdir(directories.points, { recursive: true });
  await mkdir(directories.page, { recursive: true });
  // First the points: only another run could measure them again.
  const points = `${JSON.stringify({ environment, sections }, undefined, 2)}\n`;
  await writeFile(path.join(directories.points, 'results.json'), points);
  await writeFile(path.join(directories.page, 'README.md'), reportAsMarkdown(sections, environment));
  await drawCharts(directories.page, sections);
}

/**
 * Vega is a package of the bench alone, which another process finds next to its script. Throws where that
 * fails.
 */
async function drawCharts(directory: string, sections: readonly Section[]): Promise<void> {
  const drawing = spawn(process.execPath, [drawChartsPath, directory], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const closed = once(drawing, 'close');
  drawing.stdin.end(JSON.stringify(sections.flatMap(picturesOf)));
  await closed;
  if (drawing.exitCode !== 0) throw new Error(`The charts could not be drawn: exit ${drawing.exitCode}.`);
}
