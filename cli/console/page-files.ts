import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The files of the page by their paths. */
export type PageFiles = ReadonlyMap<string, PageFile>;
type PageFile = { readonly body: Uint8Array; readonly contentType: string };

const directory = fileURLToPath(new URL('page/', import.meta.url));

/** Bundles the page, which takes a fraction of a second. */
export async function bundlePage(): Promise<PageFiles> {
  const [bundle, html, icon] = await Promise.all([
    build({
      entryPoints: { page: `${directory}page.tsx`, styles: `${directory}styles.css` },
      outdir: directory,
      write: false,
      bundle: true,
      // A page with a chart loads its library as a file of its own.
      splitting: true,
      chunkNames: 'part-[hash]',
      minify: true,
      format: 'esm',
      target: 'es2023',
      // The page's own tsconfig.json is for the type checker.
      tsconfigRaw: {},
      jsx: 'automatic',
      jsxImportSource: 'preact',
      legalComments: 'none',
    }),
    readFile(`${directory}index.html`),
    readFile(`${directory}icon.svg`),
  ]);
  return new Map<string, PageFile>([
    ['/index.html', { body: html, contentType: 'text/html; charset=utf-8' }],
    ['/icon.svg', { body: icon, contentType: 'image/svg+xml' }],
    ...bundle.outputFiles.map(({ path: file, contents }) => {
      const contentType = file.endsWith('.css') ? 'text/css' : 'text/javascript';
      return [
        `/${path.basename(file)}`,
        { body: contents, contentType: `${contentType}; charset=utf-8` },
      ] as const;
    }),
  ]);
}
