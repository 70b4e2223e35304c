import type { PictureReading } from './picture-reading.ts';
import type { ReaderErrorCode } from './reader-error.ts';

/** From the pool to a worker: one picture, the next only after its answer. */
export type WorkerRequest = { readonly bytes: Uint8Array<ArrayBuffer> };

/** From a worker to the pool: `started` or `failed` once, then an `answered` for each picture. */
export type WorkerMessage =
  | { readonly kind: 'started' }
  | { readonly kind: 'failed'; readonly code: ReaderErrorCode; readonly message: string }
  | { readonly kind: 'answered'; readonly reading: PictureReading };
