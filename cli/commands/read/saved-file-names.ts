import path from 'node:path';

/**
 * A JPEG's name for each picture, in one folder: the picture's own, numbered where several pictures have the
 * same one.
 */
export function savedFileNames(files: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    files.map((file) => {
      const base = path.basename(file, path.extname(file));
      let name = `${base}.jpg`;
      for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}.jpg`;
      taken.add(name);
      return [file, name];
    }),
  );
}
