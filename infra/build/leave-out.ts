import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import * as z from 'zod';

/** Drops the SDK's modules that a client loads on demand and that no function needs on Lambda. */
export const unusedSdkModules = leaveOutModules('@aws-sdk/core', [
  // Lambda hands the function its credentials in the environment.
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
  // Answers that are streams of events; no function asks for one.
  '@smithy/core/event-streams',
]);

/** Drops undici's modules that its pool loads on demand and that no function needs. */
export const unusedUndiciModules = leaveOutModules('undici', [
  // The parser for processors without SIMD; Lambda's processors have it.
  '../llhttp/llhttp-wasm.js',
  // Bodies of the class FormData; the functions send bytes.
  '../web/fetch/body.js',
  '../web/fetch/formdata',
  '../web/webidl',
]);

/**
 * Drops the descriptions of the operations that no function calls. Each SDK client describes every operation
 * of its service. Constants name the descriptions' keys, which keeps esbuild from dropping them; this writes
 * the keys out. An exception keeps its name, but all exceptions of a service are then of the client's base
 * class.
 */
export const unusedSdkOperations = replaceModule(
  '@aws-sdk/core',
  /@aws-sdk\/client-\w+\/dist-es\/schemas\/schemas_0\.js$/,
  (source) => {
    const constants = new Map(
      [...source.matchAll(/^const (_\w+) = (".*");$/gm)].map(([, name = '', literal = '']) => [
        name,
        literal,
      ]),
    );
    return source
      .replaceAll(/\[(_\w+)\]:/g, (key, name: string) => {
        const literal = constants.get(name);
        return literal === undefined ? key : `${literal}:`;
      })
      .replaceAll(/^n0_registry\.registerError\(.*\);$/gm, '');
  },
);

/** What an SDK client reads of its own package.json: the version, for the header `User-Agent`. */
const versionOnly = z.object({ version: z.string() });

/** Drops everything else of those files, 9 KB. */
const unusedSdkPackageData = replaceModule(
  '@aws-sdk/core',
  /@aws-sdk\/client-\w+\/package\.json$/,
  (source) => `export default ${JSON.stringify(versionOnly.parse(JSON.parse(source)))}`,
);

/** Drops undici's HTTP/2 client; the functions speak HTTP/1.1. */
export const undiciHttp2 = replaceModule(
  'undici',
  /undici\/lib\/dispatcher\/client-h2\.js$/,
  () => "module.exports = () => { throw new Error('HTTP/2 is not in the bundle.'); };",
);

/**
 * Leaves to modules of their own what only some pictures or stages need: the built-in reader, what keeps
 * crops, what prepares pictures, what hides plates.
 */
const ownModules: Plugin = {
  name: 'leave out modules of their own',
  setup(build) {
    build.onResolve(
      { filter: /^\.\/(built-in-reader|crop-keeper|picture-preparer|plate-hider)\.ts$/ },
      ({ path, kind }) =>
        kind === 'dynamic-import' ? { path: path.replace(/\.ts$/, '.mjs'), external: true } : undefined,
    );
  },
};

/**
 * Leaves out of a bundle what never runs on Lambda. Each plugin fails the build if what it leaves out has
 * moved.
 */
export const leaveOut: readonly Plugin[] = [
  unusedSdkModules,
  unusedUndiciModules,
  unusedSdkOperations,
  unusedSdkPackageData,
  undiciHttp2,
  ownModules,
];

/** Leaves modules out that are loaded on demand only. The names are those of the import statements. */
function leaveOutModules(packageName: string, modules: readonly string[]): Plugin {
  return {
    name: `leave out modules of ${packageName}`,
    setup(build) {
      const missing = new Set(modules);
      build.onResolve({ filter: /./ }, ({ path, kind }) => {
        const loadedOnDemand = kind === 'dynamic-import' || kind === 'require-call';
        if (!loadedOnDemand || !modules.includes(path)) return undefined;
        missing.delete(path);
        return { path, external: true };
      });
      failIfMissing(build, packageName, missing);
    },
  };
}

/** Changes the source of modules. */
function replaceModule(packageName: string, filter: RegExp, change: (source: string) => string): Plugin {
  return {
    name: `change modules of ${packageName}`,
    setup(build) {
      const missing = new Set([String(filter)]);
      build.onLoad({ filter }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const contents = change(source);
        if (contents !== source) missing.clear();
        return { contents, loader: 'js' };
      });
      failIfMissing(build, packageName, missing);
    },
  };
}

/** Fails the build if it has something of the package and nothing of what is to be left out. */
function failIfMissing(
  build: Parameters<Plugin['setup']>[0],
  packageName: string,
  missing: ReadonlySet<string>,
): void {
  build.initialOptions.metafile = true;
  build.onEnd(({ metafile }) => {
    const inputs = Object.keys(metafile?.inputs ?? {});
    if (!inputs.some((input) => input.includes(`node_modules/${packageName}/`))) return undefined;
    return {
      errors: [...missing].map((text) => ({ text: `To be left out of the bundle, but not found: ${text}` })),
    };
  });
}
