import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Test files that take longest on an idle machine, the longest first. Started last, one would keep all others
 * waiting.
 */
const longFiles = [
  'test/simulation/simulation.test.ts',
  'test/promises/promises.test.ts',
  'test/infra/local/programs.test.ts',
  'test/infra/build/bundle.test.ts',
  'test/promises/outside-trouble.test.ts',
  'test/promises/replies.test.ts',
  'test/infra/build/parameters.test.ts',
  'test/cli/plateline.test.ts',
  'test/hostile/canaries.test.ts',
  'test/infra/local/runbook.test.ts',
];

/** Runs the long files first, and of the others the largest first. Vitest calls it with new. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification) => {
      const rank = longFiles.findIndex((file) => moduleId.endsWith(file));
      return rank === -1 ? longFiles.length : rank;
    };
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b));
  }
}
