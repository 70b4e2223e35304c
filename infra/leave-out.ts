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
    const missing = new Set([
      ...neverLoaded,
      'schemas of the SDK',
      'HTTP/2 of undici',
      "undici's root module",
      "the SDK's own HTTP handler",
    ]);

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

    // The root module is all of undici, and is loaded at once; the SDK's handler over undici needs an Agent, and that with its first request.
    build.onResolve({ filter: /^undici$/ }, () => {
      missing.delete("undici's root module");
      return { path: 'undici', namespace: 'leave-out' };
    });
    build.onLoad({ filter: /^undici$/, namespace: 'leave-out' }, () => ({
      resolveDir: import.meta.dirname,
      contents: `
        export class Dispatcher {}
        export class Agent {
          constructor(options) {
            const Agent = require('undici/lib/dispatcher/agent.js');
            Agent.prototype.request = require('undici/lib/api/api-request.js');
            return new Agent(options);
          }
        }
        export const getGlobalDispatcher = () => { throw new Error('There is no global dispatcher in the bundle.'); };`,
    }));

    // Every client of ours is given its HTTP handler; the SDK's own would load node:https with each cold start.
    build.onLoad({ filter: /@smithy\/node-http-handler\/dist-es\/index\.js$/ }, () => {
      missing.delete("the SDK's own HTTP handler");
      return {
        contents: `
          export { streamCollector } from '@smithy/core/serde';
          export const NodeHttpHandler = { create: (given) => given };`,
      };
    });

    build.onEnd(() => ({
      errors: [...missing].map((text) => ({ text: `To be left out of the bundle, but not found: ${text}` })),
    }));
  },
};
