import type { Command } from 'commander';
import { escapeControls } from './escape-controls.ts';
import { exitOf } from './exit.ts';

/**
 * Runs a program with the arguments of this process, and sets its exit status as `exitOf` says. The program
 * and its commands must have commander's `exitOverride`.
 */
export async function runProgram(program: Command): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    const exit = exitOf(error);
    if (exit === undefined) throw error;
    if (exit.sentence !== undefined) process.stderr.write(`error: ${escapeControls(exit.sentence)}\n`);
    process.exitCode = exit.status;
  }
}
