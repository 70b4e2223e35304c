import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { leaveOut } from './leave-out.ts';

/**
 * Bundles each entry point and the AWS SDK into one ES module: what is tested is what runs. Returns the
 * modules' sources by the names that the entry points have.
 */
export async function bundleFunctions(
  entryPoints: Readonly<Record<string, string>>,
  plugins: readonly Plugin[] = leaveOut,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints,
    outdir: '.',
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    // Hangul takes half the bytes of its escapes.
    charset: 'utf8',
    // undici's build for Node's core sets it too; it leaves out an experimental second parser.
    define: { esbuildDetection: 'true' },
    plugins: [...plugins],
    // CommonJS dependencies call require for Node's own modules, and an ES module has no require.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  return new Map(outputFiles.map((file) => [path.parse(file.path).name, file.contents]));
}
