import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { deployedPackagesDirectory } from './infra/deployed-package.ts';

/**
 * Packages the local stack into `.build/local`, which many tests start: once for all of them, in watch mode
 * once for each change.
 */
export function setup(project: TestProject): void {
  packageStack();
  project.onTestsRerun(packageStack);
}

function packageStack(): void {
  rmSync(deployedPackagesDirectory, { recursive: true, force: true });
  mkdirSync(deployedPackagesDirectory, { recursive: true });
  const { status } = spawnSync('npm', ['run', '--silent', 'package:local'], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm run package:local ended with status ${status}.`);
}
