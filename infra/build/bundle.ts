import { build, type Plugin } from 'esbuild';
import { leaveOut } from './leave-out.ts';

/** Bundles a function into one ES module, the AWS SDK included, so that what is tested is what runs. Returns the module's source. */
export async function bundleFunction(
  entryPoint: string,
  furtherPlugins: readonly Plugin[] = [],
): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [entryPoint],
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    // undici's own build for Node's core sets it, and leaves out an experimental second parser.
    define: { esbuildDetection: 'true' },
    plugins: [leaveOut, ...furtherPlugins],
    // CommonJS dependencies call require for Node's own modules, and an ES module has none.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error(`esbuild made nothing of ${entryPoint}`);
  return bundle.contents;
}
