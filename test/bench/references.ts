import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleFunctions } from '../../infra/build/bundle.ts';
import { usualWayPath } from './bench-packages.ts';

const pathOf = (file: string) => fileURLToPath(new URL(`references/${file}`, import.meta.url));

/** A handler that does nothing. */
export const emptyHandlerPath = pathOf('empty.mjs');

/** Bundles the bare loop with the function's bundler, and returns the path of the module. */
export async function bundleFloor(directory: string): Promise<string> {
  const modulePath = path.join(directory, 'floor.mjs');
  for (const bundle of (await bundleFunctions({ floor: pathOf('floor.mjs') })).values()) {
    await writeFile(modulePath, bundle);
  }
  return modulePath;
}

/**
 * Bundles the usual way with the options of AWS's guide and no others, and returns the path of the module.
 */
export async function bundleUsualWay(directory: string): Promise<string> {
  const modulePath = path.join(directory, 'usual-way.cjs');
  await build({
    entryPoints: [usualWayPath],
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    outfile: modulePath,
  });
  return modulePath;
}
