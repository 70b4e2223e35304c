import { CommanderError } from 'commander';
import * as z from 'zod';
import { CommandError } from '../command-error.ts';
import { interruptedStatus } from './interruption.ts';

/** How the command ends: with this exit status, and a sentence on standard error if there is something to say. */
export type Exit = { readonly status: number; readonly sentence?: string };

const answerOfAws = z.object({ name: z.string(), message: z.string(), $metadata: z.object({}) });
const named = z.object({ name: z.string() });

/** Ctrl-C while something was under way, Ctrl-C and Ctrl-D while a prompt waited. */
const interruptions: ReadonlySet<string> = new Set(['AbortError', 'ExitPromptError', 'AbortPromptError']);

/** What becomes of an error that a verb threw; undefined if it is a fault of the command itself, whose stack then helps more than a sentence. */
export function exitOf(error: unknown): Exit | undefined {
  // Commander has said what there is to say.
  if (error instanceof CommanderError) return { status: error.exitCode === 0 ? 0 : 2 };
  if (error instanceof CommandError) {
    return { status: error.code === 'USAGE' ? 2 : 1, sentence: error.message };
  }
  const name = named.safeParse(error).data?.name;
  if (name !== undefined && interruptions.has(name)) return { status: interruptedStatus };
  const answer = answerOfAws.safeParse(error).data;
  if (answer !== undefined) return { status: 1, sentence: `AWS answered ${answer.name}: ${answer.message}` };
  return undefined;
}
