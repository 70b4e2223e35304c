import { glob, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';
import { bundleFunctions } from './bundle.ts';

// A zip holds local times; this one is the same in every time zone.
const zipEpoch = new Date(1980, 0, 1);

/**
 * Before each packaging, bundles every `functions/{name}/handler.ts` into a `.serverless/{name}.zip` that
 * holds only `{name}.mjs`. The function's function.yml uses the same names. osls constructs it with new.
 */
export default class BundlePlugin {
  readonly hooks: Record<string, () => Promise<void>>;

  constructor({ serviceDir }: { serviceDir: string }) {
    const packageFunctions = async () => {
      const bundles = await bundleFunctions(await findHandlers(path.join(serviceDir, 'functions')));
      const zipDirectory = path.join(serviceDir, '.serverless');
      await mkdir(zipDirectory, { recursive: true });
      for (const [name, bundle] of bundles) {
        const zip = zipSync({ [`${name}.mjs`]: [bundle, { mtime: zipEpoch }] });
        await writeFile(path.join(zipDirectory, `${name}.zip`), zip);
      }
    };
    this.hooks = {
      'before:package:createDeploymentArtifacts': packageFunctions,
      'before:package:function:package': packageFunctions,
    };
  }
}

/** The handlers' paths by the names of their folders. */
async function findHandlers(functionsDirectory: string): Promise<Record<string, string>> {
  const handlers = await Array.fromAsync(glob('*/handler.ts', { cwd: functionsDirectory }));
  return Object.fromEntries(
    handlers.map((handler) => [path.dirname(handler), path.join(functionsDirectory, handler)]),
  );
}
