import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const checkout = path.resolve(import.meta.dirname, '../..');
const osls = path.join(checkout, 'node_modules/osls/bin/serverless.js');

/** What osls packages, and what the local stack's programs need. */
const sources = [
  'serverless.yml',
  'package.json',
  'package-lock.json',
  'require-node-24.js',
  'infra',
  'functions',
  'cli',
];

/** A copy of the service in its own directory, because two runs of osls cannot share one `.serverless`. */
export type ServiceCopy = {
  readonly directory: string;
  /**
   * Runs osls without credentials, with `environment`, a home directory and Node's compile cache only;
   * returns any exit code.
   */
  osls: (parameters: string[], environment?: Record<string, string>) => Promise<OslsRun>;
  remove: () => Promise<void>;
};

type OslsRun = { readonly exitCode: number; readonly output: string };

export async function copyService(): Promise<ServiceCopy> {
  const directory = await mkdtemp(path.join(tmpdir(), 'plateline-package-'));
  for (const source of sources) {
    await cp(path.join(checkout, source), path.join(directory, source), { recursive: true });
  }
  await symlink(path.join(checkout, 'node_modules'), path.join(directory, 'node_modules'));
  return {
    directory,
    osls: (parameters, environment = {}) =>
      new Promise((resolve, reject) => {
        const options = {
          cwd: directory,
          env: { HOME: directory, NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...environment },
        };
        execFile(process.execPath, [osls, ...parameters], options, (error, stdout, stderr) => {
          const exitCode = error === null ? 0 : error.code;
          if (typeof exitCode === 'number') resolve({ exitCode, output: stdout + stderr });
          else reject(new Error('osls did not run to its end', { cause: error }));
        });
      }),
    remove: () => rm(directory, { recursive: true }),
  };
}
