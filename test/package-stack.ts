import { spawnSync } from 'node:child_process';
import type { TestProject } from 'vitest/node';

/** Packages the local stack into `.build/local`, which many tests start: once for all of them, in watch mode once for each change. */
export function setup(project: TestProject): void {
  packageStack();
  project.onTestsRerun(packageStack);
}

function packageStack(): void {
  const { status } = spawnSync('npm', ['run', '--silent', 'package:local'], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm run package:local ended with status ${status}.`);
}
