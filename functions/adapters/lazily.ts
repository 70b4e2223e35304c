/** Builds something when it is first asked for: an SDK client takes more than a millisecond, and most sandboxes never ask for all of them. */
export function lazily<Built extends object>(build: () => Built): () => Built {
  let built: Built | undefined;
  return () => (built ??= build());
}
