import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import type { RunContext } from './run-context.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Programs of the checkout, by the name that `npx` knows. */
const programs = {
  osls: path.join(root, 'node_modules/osls/bin/serverless.js'),
  plateline: path.join(root, 'cli/plateline.js'),
} as const;

/** What the program reads: a text, or the terminal, whose output is then not in the transcript. */
export type CommandInput = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'terminal' };

/** Runs a program of the checkout with the stage, the region and the profile, and returns its exit status. */
export async function runCommand(
  context: RunContext,
  program: keyof typeof programs,
  args: readonly string[],
  input: CommandInput = { kind: 'text', text: '' },
): Promise<number> {
  const { stage, region, profile, transcript, interrupt } = context;
  const profileOption = program === 'osls' ? '--aws-profile' : '--profile';
  const all = [
    ...args,
    ...['--stage', stage, '--region', region],
    ...(profile === undefined ? [] : [profileOption, profile]),
  ];
  transcript.note(`  $ npx ${program} ${all.join(' ')}`);
  const child = spawn(process.execPath, [programs[program], ...all], {
    cwd: root,
    stdio: input.kind === 'terminal' ? 'inherit' : 'pipe',
  });
  const exited = new Promise<number>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => {
      resolve(code ?? 1);
    });
  });
  for (const output of [child.stdout, child.stderr]) {
    if (output === null) continue;
    createInterface({ input: output }).on('line', (line) => {
      if (line.trim() !== '') transcript.note(`  | ${line}`);
    });
  }
  // The program may end without reading.
  child.stdin?.on('error', () => undefined);
  if (input.kind === 'text') child.stdin?.end(input.text);
  const status = await exited;
  interrupt.throwIfAborted();
  return status;
}
