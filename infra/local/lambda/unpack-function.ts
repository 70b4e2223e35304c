import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';

/**
 * Unpacks a function's zip into a new temporary directory. Returns the directory, which the caller must
 * remove.
 */
export async function unpackFunction(zipPath: string): Promise<string> {
  const files = Object.entries(unzipSync(await readFile(zipPath)));
  const directory = await mkdtemp(path.join(tmpdir(), 'plateline-function-'));
  for (const [name, content] of files) await writeFile(path.join(directory, path.basename(name)), content);
  return directory;
}
