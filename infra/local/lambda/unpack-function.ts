import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
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
  for (const [name, content] of files) {
    const file = path.join(directory, name);
    if (path.relative(directory, file).startsWith('..'))
      throw new TypeError(`${zipPath} leaves its directory.`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return directory;
}
