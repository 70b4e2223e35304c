import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from './environment.ts';
import { reportAsMarkdown } from './report-markdown.ts';
import { reportAsPage } from './report-page.ts';
import type { Section } from './section.ts';

/** Writes `results.json`, `results.md` and `report.html`, over those of an earlier run. */
export async function writeReport(
  directory: string,
  sections: readonly Section[],
  environment: Environment,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const write = (name: string, content: string) => writeFile(path.join(directory, name), content);
  // First what cannot be had again without another run.
  await write('results.json', `${JSON.stringify({ environment, sections }, undefined, 2)}\n`);
  await write('results.md', reportAsMarkdown(sections, environment));
  await write('report.html', reportAsPage(sections, environment));
}
