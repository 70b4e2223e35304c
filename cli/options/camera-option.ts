import { InvalidArgumentError } from 'commander';

/** Gathers the names of an option `--camera` that may be repeated. */
export function addCamera(name: string, before: readonly string[] = []): string[] {
  if (name === '') throw new InvalidArgumentError('A camera has a name.');
  return [...before, name];
}
