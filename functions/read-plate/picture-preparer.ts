import { createPreparePicture, type PreparePicture } from '../plate-reader/isolated-preparation.ts';
import { preparationTimeoutMs } from './ask-prepared.ts';

/** Prepares pictures with the program that the bundler puts next to the handler. */
export function createPicturePreparer(): PreparePicture {
  const program = new URL('./preparation-process.mjs', import.meta.url);
  return createPreparePicture({ program, timeoutMs: preparationTimeoutMs });
}
