import { createCropStore } from '../adapters/crop-store.ts';
import type { ReadingsTable } from '../adapters/readings-table.ts';
import { createCutCrop } from '../plate-reader/isolated-crop.ts';
import { createKeepCrop, cutTimeoutMs, type KeepCrop } from './keep-crop.ts';

/** Keeps crops in the bucket. */
export function createCropKeeper(bucket: string, table: ReadingsTable): KeepCrop {
  // The bundler puts both programs next to the handler.
  const program = new URL('./crop-process.mjs', import.meta.url);
  const cutCrop = createCutCrop({ program, timeoutMs: cutTimeoutMs });
  return createKeepCrop({ cutCrop, crops: createCropStore(bucket), table });
}
