import { globSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { defineConfig } from 'vitest/config';
import { createPlainSummary } from './test/plain-summary.ts';
import { LongFirst } from './test/long-first.ts';

// A fifth off every worker thread and child process of the tests. Child processes inherit it.
process.env['NODE_COMPILE_CACHE'] ??= path.join(import.meta.dirname, '.build/compile-cache');

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/package-stack.ts'],
    reporters: ['default', createPlainSummary()],
    pool: 'forks',
    // A worker loads the AWS SDK once for all its test files. Each test file ends what it starts.
    isolate: false,
    // Twice the processors of a small machine: a test that waits for a retry leaves its processor to others.
    maxWorkers: 4,
    // No module imports what osls packages, so watch mode needs a list of the tests that use the package.
    watchTriggerPatterns: [
      {
        pattern: /\/(?:serverless|infra\/.+)\.yml$/,
        testsToRun: () => globSync('test/{infra,promises}/**/*.test.ts', { cwd: import.meta.dirname }),
      },
    ],
    sequence: { sequencer: LongFirst },
    // Node itself loads the modules, as it loads the command, the worker threads and the child processes.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // Only a bound for what hangs: a busy machine may stand still for seconds.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
