import { InvalidArgumentError } from 'commander';
import { cameraNameOf } from '../../functions/core/capture/camera-name.ts';

/** Collects the names of a repeatable option `--camera`. */
export function addCamera(name: string, before: readonly string[] = []): string[] {
  if (name === '') throw new InvalidArgumentError('The name of a camera must not be empty.');
  return [...before, cameraNameOf(name)];
}
