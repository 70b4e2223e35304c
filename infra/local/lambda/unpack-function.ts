import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';

/** Unpacks the zip that would be deployed into a new temporary directory and returns the directory, which is the caller's to remove. */
export async function unpackFunction(zipPath: string): Promise<string> {
  const files = Object.entries(unzipSync(await readFile(zipPath)));
  const directory = await mkdtemp(path.join(tmpdir(), 'plateline-function-'));
  for (const [name, content] of files) await writeFile(path.join(directory, path.basename(name)), content);
  return directory;
}
