import { createIsolatedReader } from '../plate-reader/isolated-reader.ts';
import { createAskBuiltInReader } from './ask-built-in-reader.ts';
import type { AskForPlates } from './ask-for-plates.ts';

/** Starts the reader's process, so that it loads its models while the function gets ready. */
export function startBuiltInReader(
  settings: { readonly ocrTimeoutMs: number },
  now: () => number,
): AskForPlates {
  // The bundler puts the program next to this module, and the models next to both.
  const program = new URL('./reader-process.mjs', import.meta.url);
  const reader = createIsolatedReader({ program, timeoutMs: settings.ocrTimeoutMs });
  return createAskBuiltInReader({ reader, now });
}
