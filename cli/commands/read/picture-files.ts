import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { CommandError } from '../../terminal/command-error.ts';

const fileError = z.object({ code: z.string(), message: z.string() });

/**
 * The files that the arguments name, in their order: a file as it is, a folder as the pictures in it and
 * below it, by name. Throws a CommandError `NO_FILE` for a name that does not exist, and `NO_PICTURES`
 * where there is nothing to read.
 */
export async function listPictureFiles(names: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of names) files.push(...(await filesUnder(name)));
  if (files.length > 0) return files;
  throw new CommandError(
    'NO_PICTURES',
    'There is no file in there whose name ends as that of a JPEG, PNG, WebP, AVIF or HEIC.',
  );
}

async function filesUnder(name: string): Promise<readonly string[]> {
  try {
    if (!(await stat(name)).isDirectory()) return [name];
    const entries = await readdir(name, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && /\.(jpe?g|mpo|png|webp|avif|hei[cf])$/i.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .toSorted();
  } catch (error) {
    const known = fileError.safeParse(error).data;
    if (known === undefined) throw error;
    const sentence =
      known.code === 'ENOENT' ? `There is no ${name}.` : `${name} cannot be read: ${known.message}.`;
    throw new CommandError('NO_FILE', sentence, { cause: error });
  }
}
