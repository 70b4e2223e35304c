import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalStackError } from './local-stack-error.ts';
import type { LocalEndpoint } from './endpoint/local-endpoint.ts';
import { startNoEndpoint } from './endpoint/no-endpoint.ts';
import { startReadingEndpoint } from './endpoint/reading-endpoint.ts';
import { startScriptedEndpoint } from './endpoint/scripted-endpoint.ts';
import { startLocalStackWith, type LocalStack, type LocalStackOptions } from './stack.ts';

const serviceDirectory = fileURLToPath(new URL('../../', import.meta.url));

/** What can read the pictures of the local stack: the endpoint on this machine, or the function itself. */
export const localReaders = ['endpoint', 'builtin'] as const;
export type LocalReader = (typeof localReaders)[number];

const endpoints = {
  endpoint: startReadingEndpoint,
  builtin: startNoEndpoint,
  // Answers at once with what a picture was drawn with.
  drawn: startScriptedEndpoint,
} as const;

/**
 * Packages the current source as a deployment does, and starts it. Throws as `startLocalStack`, or
 * `NOT_PACKAGED`.
 */
export async function startPackagedStack(
  reader: keyof typeof endpoints,
  options: Omit<LocalStackOptions, 'packageDirectory'>,
): Promise<LocalStack<LocalEndpoint>> {
  const packageDirectory = await mkdtemp(path.join(tmpdir(), 'plateline-local-'));
  try {
    await packageInto(packageDirectory, reader === 'builtin' ? 'builtin' : 'endpoint');
    return await startLocalStackWith<LocalEndpoint>(endpoints[reader], {
      events: true,
      ...options,
      packageDirectory,
    });
  } finally {
    await rm(packageDirectory, { recursive: true });
  }
}

function packageInto(packageDirectory: string, reader: LocalReader): Promise<void> {
  const osls = path.join(serviceDirectory, 'node_modules/osls/bin/serverless.js');
  const parameters = [osls, 'package', '--stage', 'local', '--package', packageDirectory];
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  parameters.push('--param', `reader=${reader}`, '--param', `architecture=${architecture}`);
  return new Promise((resolve, reject) => {
    execFile(process.execPath, parameters, { cwd: serviceDirectory }, (cause, stdout, stderr) => {
      if (cause === null) {
        resolve();
        return;
      }
      process.stderr.write(`${stdout}${stderr}`);
      const message = 'The stack cannot be packaged, so nothing was started; the output of osls is above.';
      reject(new LocalStackError('NOT_PACKAGED', message, { cause }));
    });
  });
}
