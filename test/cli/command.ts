import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { spawn as spawnInTerminal } from '@lydell/node-pty';
import { eventually } from '../eventually.ts';

/** The path of the bin, for tests that the two functions below cannot serve. */
export const commandPath = fileURLToPath(new URL('../../cli/plateline.js', import.meta.url));
/** Hides the AWS configuration files of the user who runs the tests. */
const nowhere = '/nonexistent';

/** The whole environment of the command; only a local stack accepts these credentials. */
export const environment: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  HOME: nowhere,
  TERM: 'xterm-256color',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_REGION: 'ap-northeast-2',
  AWS_EC2_METADATA_DISABLED: 'true',
};

type RunOptions = {
  /** Replaces the default environment. */
  env?: Readonly<Record<string, string>>;
};

/** The lines of progress; a fast machine prints none of them. */
export const progressLines = /^\d+ (?:of \d+ .*|.* so far)\n/gm;

/**
 * Starts `plateline` as a process without a terminal, and waits until it exits. Only for what depends on the
 * process itself; the rest calls `runPlateline`, which costs less. The `errors` are without lines of
 * progress.
 */
export async function spawnPlateline(
  args: readonly string[],
  { env = environment, stdin = '' }: RunOptions & { stdin?: string } = {},
): Promise<{ output: string; errors: string; status: number | null }> {
  const child = spawn(process.execPath, [commandPath, ...args], { env });
  const status = new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  // The command may have exited without reading.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { output, errors: errors.replaceAll(progressLines, ''), status: await status };
}

/** Runs `plateline` in a terminal, in which a test can read and type. */
export function runInTerminal(
  args: readonly string[],
  { env = environment, columns = 120 }: RunOptions & { columns?: number } = {},
) {
  const terminal = spawnInTerminal(process.execPath, [commandPath, ...args], {
    env,
    cols: columns,
    rows: 40,
  });
  let shown = '';
  terminal.onData((data) => (shown += data));
  const ended = new Promise<number>((resolve) =>
    terminal.onExit(({ exitCode, signal }) => {
      resolve(signal === undefined || signal === 0 ? exitCode : 128 + signal);
    }),
  );
  return {
    /** All output so far, with the control sequences. */
    shown: () => shown,
    /** Waits for output; kills the command if it does not appear, so that the tests do not hang. */
    shows: async (what: RegExp) => {
      try {
        return await eventually(`${String(what)} in the terminal`, () => what.exec(shown) ?? undefined);
      } catch (error) {
        terminal.kill();
        throw error;
      }
    },
    /** `\r` is Enter, `\x03` Ctrl-C. */
    type: (keys: string) => {
      terminal.write(keys);
    },
    /** Resolves with the exit status, as a shell reports it. */
    ended,
  };
}
