import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deployedPackagesDirectory } from '../infra/deployed-package.ts';
import { arrivalCostTable } from './arrival-costs.ts';
import { defaultStageParts } from './stage-parts.ts';

// Writes the table of costs by the rate of pictures into docs/scale.md.
const page = path.resolve(import.meta.dirname, '../../docs/scale.md');
await mkdir(deployedPackagesDirectory, { recursive: true });
const table = arrivalCostTable(await defaultStageParts());
const text = await readFile(page, 'utf8');
await writeFile(
  page,
  text.replace(/^\| pictures a day [^]*?(?=\n\n)/m, () => table),
);
