/**
 * Builds something at its first use: an SDK client takes more than a millisecond, and most sandboxes do not
 * use all of them.
 */
export function lazily<Built extends object>(build: () => Built): () => Built {
  let built: Built | undefined;
  return () => (built ??= build());
}
