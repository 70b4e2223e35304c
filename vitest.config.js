import { defineConfig } from 'vitest/config';
import { createPlainSummary } from './test/plain-summary.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/package-stack.ts'],
    reporters: ['default', createPlainSummary()],
    pool: 'forks',
    maxWorkers: 2,
    // Node itself loads the modules, as it loads the command, the worker threads and the child processes.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // Only a bound for what hangs: a busy machine may stand still for seconds.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
