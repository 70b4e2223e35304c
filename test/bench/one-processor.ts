import { execFileSync } from 'node:child_process';

/**
 * The start of a command that holds a program, and what it starts, on the first processor; empty where the
 * system has no `taskset`.
 */
export function onOneProcessor(): readonly string[] {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return ['taskset', '--cpu-list', '0'];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
