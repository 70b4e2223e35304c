import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The files of the page by their paths. */
export type PageFiles = ReadonlyMap<string, { readonly body: Uint8Array; readonly contentType: string }>;

const directory = fileURLToPath(new URL('page/', import.meta.url));

/** Bundles the page, which takes a fraction of a second. */
export async function bundlePage(): Promise<PageFiles> {
  const [bundle, html, icon] = await Promise.all([
    build({
      entryPoints: { page: `${directory}page.tsx`, styles: `${directory}styles.css` },
      outdir: directory,
      write: false,
      bundle: true,
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
  const bodyOf = (name: string) =>
    bundle.outputFiles.find(({ path }) => path.endsWith(name))?.contents ?? new Uint8Array();
  return new Map([
    ['/index.html', { body: html, contentType: 'text/html; charset=utf-8' }],
    ['/page.js', { body: bodyOf('page.js'), contentType: 'text/javascript; charset=utf-8' }],
    ['/styles.css', { body: bodyOf('styles.css'), contentType: 'text/css; charset=utf-8' }],
    ['/icon.svg', { body: icon, contentType: 'image/svg+xml' }],
  ]);
}
