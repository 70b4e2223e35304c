import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { CommandError } from '../../terminal/command-error.ts';

/**
 * A JPEG's name for each picture, in one folder: the picture's own, numbered where several pictures have the
 * same one. Some file systems do not tell upper from lower case, and so neither do the names.
 */
export function savedFileNames(files: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    [...new Set(files)].map((file) => {
      const base = path.basename(file, path.extname(file));
      let name = `${base}.jpg`;
      for (let number = 2; taken.has(caselessFormOf(name)); number += 1) name = `${base}-${number}.jpg`;
      taken.add(caselessFormOf(name));
      return [file, name];
    }),
  );
}

function caselessFormOf(name: string): string {
  return name.toUpperCase().toLowerCase().normalize('NFC');
}

/** Throws a CommandError `WOULD_REPLACE` where a drawing would replace a picture that is to be read. */
export async function refuseToReplacePictures(
  files: readonly string[],
  folder: string,
  savedNames: ReadonlyMap<string, string>,
): Promise<void> {
  const pictures = new Set(await Promise.all(files.map(placeOf)));
  for (const name of savedNames.values()) {
    const saved = path.join(folder, name);
    if (!pictures.has(await placeOf(saved))) continue;
    throw new CommandError(
      'WOULD_REPLACE',
      `--save would replace ${saved}, which is one of the pictures to read; name another folder.`,
    );
  }
}

/** The file behind symbolic links; what does not exist has its own path. */
async function placeOf(file: string): Promise<string> {
  return await realpath(file).catch(() => path.resolve(file));
}
