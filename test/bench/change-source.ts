import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/** A change of one file of the function; `file` is relative to `functions/`. */
export type Edit = { readonly file: string; readonly from: string; readonly to: string };

/** The directory of the function's source. */
export const functionsDirectory = fileURLToPath(new URL('../../functions/', import.meta.url));

/**
 * Bundles a changed file. Fails the build if the bundle lacks the file or the file lacks the text to change.
 */
export function changeSource({ file, from, to }: Edit): Plugin {
  const changedPath = path.join(functionsDirectory, file);
  return {
    name: `change ${file}`,
    setup(build) {
      let changed = false;
      build.onLoad({ filter: /\.ts$/ }, async ({ path: loadedPath }) => {
        if (loadedPath !== changedPath) return undefined;
        const source = await readFile(loadedPath, 'utf8');
        changed = source.includes(from);
        return { contents: source.replace(from, to), loader: 'ts' };
      });
      build.onEnd(() => ({
        errors: changed ? [] : [{ text: `To be changed in ${file}, but not found: ${from}` }],
      }));
    },
  };
}
