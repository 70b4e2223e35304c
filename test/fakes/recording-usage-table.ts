import type { UsageTable } from '../../functions/adapters/usage-table.ts';
import type { UsageIncrement } from '../../functions/core/record/usage.ts';

/** Only records its calls. */
export function createRecordingUsageTable() {
  const added: UsageIncrement[] = [];
  return {
    added,
    add(increments) {
      added.push(...increments);
      return Promise.resolve();
    },
  } satisfies UsageTable & { added: unknown[] };
}
