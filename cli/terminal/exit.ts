import { CommanderError } from 'commander';
import * as z from 'zod';
import { OutsideError } from '../../functions/core/record/reason.ts';
import { ReaderError } from '../../functions/plate-reader/reader-error.ts';
import { CommandError } from './command-error.ts';
import { interruptExitStatus } from './interrupt.ts';

/** How a program exits: its status, and a sentence for standard error unless everything is already said. */
type Exit = { readonly status: number; readonly sentence?: string };

const awsError = z.object({ name: z.string(), message: z.string(), $metadata: z.object({}) });
const named = z.object({ name: z.string() });

/** The errors after Ctrl-C, and after Ctrl-D at a prompt. */
const interruptNames: ReadonlySet<string> = new Set(['AbortError', 'ExitPromptError', 'AbortPromptError']);

/**
 * Maps an error that a program threw to its exit; undefined for a bug, whose stack helps more than a
 * sentence.
 */
export function exitOf(error: unknown): Exit | undefined {
  // Commander has printed its message already.
  if (error instanceof CommanderError) return { status: error.exitCode === 0 ? 0 : 2 };
  if (error instanceof CommandError) {
    return { status: error.code === 'USAGE' ? 2 : 1, sentence: error.message };
  }
  if (error instanceof OutsideError && error.code === 'NOT_A_RECORD') {
    return { status: 1, sentence: `${error.message} Check --stage and --table.` };
  }
  // Only the exit of the process closes a reader in the middle of a command.
  if (error instanceof ReaderError && error.code === 'READER_CLOSED') return { status: interruptExitStatus };
  if (error instanceof ReaderError) return { status: 1, sentence: error.message };
  const name = named.safeParse(error).data?.name;
  if (name !== undefined && interruptNames.has(name)) return { status: interruptExitStatus };
  const answer = awsError.safeParse(error).data;
  if (answer !== undefined) return { status: 1, sentence: `AWS answered ${answer.name}: ${answer.message}` };
  return undefined;
}
