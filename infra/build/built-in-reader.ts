import path from 'node:path';
import type { Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { bundleFunctions } from './bundle.ts';
import { onnxRuntimeFiles, readFiles, sharpFiles, type Architecture, type ZipFiles } from './native-parts.ts';

/**
 * What the function needs beside its own module to read pictures itself: the module that starts the reader's
 * process, that process's program, the models, and the native libraries for one architecture.
 */
export async function builtInReaderFiles(serviceDir: string, architecture: Architecture): Promise<ZipFiles> {
  const readerDirectory = path.join(serviceDir, 'functions/plate-reader');
  const modules = {
    'built-in-reader': path.join(serviceDir, 'functions/read-plate/built-in-reader.ts'),
    'reader-process': path.join(readerDirectory, 'reader-process.ts'),
  };
  const bundles = await bundleFunctions(modules, [nativeLibraries]);
  const models = ['models.json', 'locator.onnx', 'recogniser.onnx'];
  return {
    ...Object.fromEntries([...bundles].map(([name, bundle]) => [`${name}.mjs`, bundle])),
    ...(await readFiles(path.join(readerDirectory, 'models'), models, 'models/')),
    ...(await onnxRuntimeFiles(serviceDir, architecture)),
    ...(await sharpFiles(serviceDir, architecture)),
  };
}

/**
 * Leaves the native libraries out of the bundle. sharp finds its own in node_modules beside the bundle;
 * onnxruntime's lies right beside it.
 */
const nativeLibraries: Plugin = {
  name: 'native libraries',
  setup(build) {
    build.onResolve({ filter: /^@img\/sharp|\.node$/ }, ({ path: file }) => ({ path: file, external: true }));
    build.onLoad({ filter: /onnxruntime-node[\\/]dist[\\/]binding\.js$/ }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      const contents = source.replace(
        /require\(`\.\.\/bin\/[^`]*`\)/,
        "require('./onnxruntime_binding.node')",
      );
      if (contents === source) throw new Error('onnxruntime-node loads its library in another way.');
      return { contents, loader: 'js' };
    });
  },
};
