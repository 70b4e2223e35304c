import { glob, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';
import * as z from 'zod';
import { builtInReaderFiles, decoderFiles, plateHiderFiles } from './built-in-reader.ts';
import { bundleFunctions } from './bundle.ts';
import type { ZipFiles } from './native-parts.ts';

/** The function that reads pictures. */
const readingFunction = 'read-plate';

interface Osls {
  serviceDir: string;
  service: { custom: unknown };
}

/** What the plugin of the parameters has checked. */
const customSchema = z.object({
  parameters: z.object({
    reader: z.string(),
    architecture: z.enum(['arm64', 'x86_64']),
    privacy: z.boolean(),
  }),
});

// A zip holds local times; this one is the same in every time zone.
const zipEpoch = new Date(1980, 0, 1);

/**
 * Before each packaging, bundles every `functions/{name}/handler.ts` into a `.serverless/{name}.zip` that
 * holds `{name}.mjs`, and what decoding, the built-in reader and privacy need. The function's function.yml uses the same
 * names. osls constructs it with new.
 */
export default class BundlePlugin {
  readonly hooks: Record<string, () => Promise<void>>;

  constructor({ serviceDir, service }: Osls) {
    const packageFunctions = async () => {
      const { reader, architecture, privacy } = customSchema.parse(service.custom).parameters;
      const bundles = await bundleFunctions(await findHandlers(path.join(serviceDir, 'functions')));
      const zipDirectory = path.join(serviceDir, '.serverless');
      await mkdir(zipDirectory, { recursive: true });
      for (const [name, bundle] of bundles) {
        const reads = name === readingFunction;
        const files: ZipFiles = {
          [`${name}.mjs`]: bundle,
          ...(reads ? await decoderFiles(serviceDir, architecture) : {}),
          ...(reads && reader === 'builtin' ? await builtInReaderFiles(serviceDir, architecture) : {}),
          ...(reads && privacy ? await plateHiderFiles(serviceDir) : {}),
        };
        await writeFile(path.join(zipDirectory, `${name}.zip`), zipSync(files, { mtime: zipEpoch }));
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
