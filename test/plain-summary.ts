import { writeSync } from 'node:fs';
import type { Reporter } from 'vitest/node';

/**
 * Writes `N passed, N failed` as the last line of the output, also when the run breaks off. A test that could
 * not run, because its hook, its file or the whole run failed, counts as failed; one that nobody asked for
 * does not.
 */
export function createPlainSummary(): Reporter {
  let passed = 0;
  let failed = 0;
  return {
    onInit() {
      process.once('exit', (status) => {
        if (status !== 0 && failed === 0) failed = 1;
        writeSync(process.stdout.fd, `${passed} passed, ${failed} failed\n`);
      });
    },
    onTestRunEnd(modules, unhandledErrors) {
      const tests = modules
        .flatMap((module) => [...module.children.allTests()])
        .filter((test) => test.options.mode !== 'skip');
      passed = tests.filter((test) => test.result().state === 'passed').length;
      const brokenModules = modules.filter((module) => module.errors().length > 0);
      failed = tests.length - passed + brokenModules.length + unhandledErrors.length;
    },
  };
}
