import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Modules that are loaded only when they are needed, which on Lambda is never; a bundle would hold them all the same, and every cold start
 * read them. The names are those of the import statements.
 */
const neverLoaded = [
  // Lambda hands the function its credentials in the environment.
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
  // Answers that are streams of events; none of ours is.
  '@smithy/core/event-streams',
  // undici's parser for processors without SIMD, which Lambda does not have.
  '../llhttp/llhttp-wasm.js',
  // undici's bodies of the class FormData; ours are bytes.
  '../web/fetch/body.js',
  '../web/fetch/formdata',
  '../web/webidl',
];

/** Leaves out of a bundle what never runs on Lambda; fails the build if something that it leaves out has moved. */
export const leaveOut: Plugin = {
  name: 'leave-out',
  setup(build) {
    const missing = new Set([...neverLoaded, 'schemas of the SDK', 'HTTP/2 of undici']);

    build.onResolve({ filter: /./ }, ({ path, kind }) => {
      const loadedWhenNeeded = kind === 'dynamic-import' || kind === 'require-call';
      if (!loadedWhenNeeded || !neverLoaded.includes(path)) return undefined;
      missing.delete(path);
      return { path, external: true };
    });

    // The SDK's clients describe every operation of their service. Their keys are named by constants, which keeps esbuild from dropping the
    // descriptions that no command of ours uses; here the keys stand as they are. Exceptions keep their names, but all are of the client's base class.
    build.onLoad({ filter: /@aws-sdk\/client-\w+\/dist-es\/schemas\/schemas_0\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const constants = new Map(
        [...source.matchAll(/^const (_\w+) = (".*");$/gm)].map(([, name = '', literal = '']) => [
          name,
          literal,
        ]),
      );
      const contents = source
        .replaceAll(/\[(_\w+)\]:/g, (key, name: string) => {
          const literal = constants.get(name);
          return literal === undefined ? key : `${literal}:`;
        })
        .replaceAll(/^n0_registry\.registerError\(.*\);$/gm, '');
      if (contents !== source) missing.delete('schemas of the SDK');
      return { contents, loader: 'js' };
    });

    build.onLoad({ filter: /undici\/lib\/dispatcher\/client-h2\.js$/ }, () => {
      missing.delete('HTTP/2 of undici');
      return { contents: "module.exports = () => { throw new Error('HTTP/2 is not in the bundle.'); };" };
    });

    build.onEnd(() => ({
      errors: [...missing].map((text) => ({ text: `To be left out of the bundle, but not found: ${text}` })),
    }));
  },
};
