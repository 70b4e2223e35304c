import { createPlateHash } from '../adapters/hash-key.ts';
import { createListsTable } from '../adapters/lists-table.ts';
import { hidePlates } from '../core/privacy/hide-plates.ts';
import type { HashText } from '../core/privacy/plate-hash.ts';
import type { WaitingOutcome } from '../core/record/outcome.ts';
import { reasonOf } from '../core/record/reason.ts';
import type { FinalRecord } from '../core/record/record.ts';

/** What a stage that keeps plates of no list as hashes only needs for that. */
export type PrivacySettings = { readonly listsTable: string; readonly hashKeyParameter: string };

/** Loads what hides plates. Never throws: where the lists or the key cannot be read, the picture waits. */
export type LoadPlateHider = () => Promise<
  | { readonly kind: 'hider'; readonly hide: (final: FinalRecord) => FinalRecord }
  | { readonly kind: 'failed'; readonly outcome: WaitingOutcome; readonly error: unknown }
>;

/** Hides the plates that are on no list of the stage. Pictures of a batch share what is loaded. */
export function createPlateHider(
  { listsTable, hashKeyParameter }: PrivacySettings,
  now: () => number,
): LoadPlateHider {
  const table = createListsTable(listsTable, now);
  let hash: HashText | undefined;
  let loading: ReturnType<LoadPlateHider> | undefined;

  return async () => await (loading ??= load().finally(() => (loading = undefined)));

  async function load(): ReturnType<LoadPlateHider> {
    try {
      const lists = await table.current();
      const privacy = { lists, hash: (hash ??= await createPlateHash(hashKeyParameter)) };
      return { kind: 'hider', hide: (final) => hidePlates(final, privacy) };
    } catch (error) {
      // Here, since `reasonOf` knows the errors of its own bundle only.
      return { kind: 'failed', outcome: { kind: 'wait', reason: reasonOf(error) }, error };
    }
  }
}
