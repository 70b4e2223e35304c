import { setTimeout as delay } from 'node:timers/promises';
import { CommandError } from '../terminal/command-error.ts';
import { escapeControls } from '../terminal/escape-controls.ts';

/**
 * Errors that can pass without a change of the command, once a request has succeeded. Missing credentials can
 * return with the network or after a login. Expired credentials are not here: the command reads them once, so
 * waiting does not help.
 */
const passingErrorCodes: ReadonlySet<string> = new Set(['UNREACHABLE', 'NOT_AWS', 'BUSY', 'NO_CREDENTIALS']);

/** Repeats requests while they fail with an error that can pass, and says so once for each error. */
export async function untilItPasses<Answer>(
  request: () => Promise<Answer>,
  pauseMs: number,
  signal?: AbortSignal,
): Promise<Answer> {
  let reportedCode: string | undefined;
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof CommandError) || !passingErrorCodes.has(error.code)) throw error;
      if (error.code !== reportedCode) {
        process.stderr.write(`Trying again until this passes: ${escapeControls(error.message)}\n`);
      }
      reportedCode = error.code;
    }
    await delay(pauseMs, undefined, { ...(signal && { signal }) });
  }
}
