import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { bundleFunctions } from '../../infra/build/bundle.ts';
import { leaveOut } from '../../infra/build/leave-out.ts';
import { changeSource, type Edit } from './change-source.ts';

const entryPoint = fileURLToPath(new URL('../../functions/read-plate/handler.ts', import.meta.url));

/** The function with some of its source changed, or with less left out of the bundle. */
export type Variant = {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** Plugins of `leave-out.ts` that this bundle goes without. */
  readonly without: readonly Plugin[];
};

/** Bundles a variant of the function into the directory and returns the path of the module. */
export async function bundleVariant({ name, edits, without }: Variant, directory: string): Promise<string> {
  const plugins = leaveOut.filter((plugin) => !without.includes(plugin));
  const modulePath = path.join(directory, `${name.replaceAll(/\W+/g, '-')}.mjs`);
  const bundles = await bundleFunctions({ variant: entryPoint }, [...plugins, ...edits.map(changeSource)]);
  for (const bundle of bundles.values()) await writeFile(modulePath, bundle);
  return modulePath;
}
