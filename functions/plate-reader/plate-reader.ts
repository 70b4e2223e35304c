import { committedModels, loadModels } from './models.ts';
import { startNetworks } from './networks.ts';
import type { PictureReading } from './picture-reading.ts';
import { readPicture } from './read-picture.ts';
import { ReaderError } from './reader-error.ts';

/** Reads the plates of pictures. */
export type PlateReader = {
  /**
   * Reads a picture. Throws `ReaderError` where the reader itself fails, and the signal's reason where it
   * is aborted before its turn; a bad file is no failure but `refused`. The bytes are not changed.
   */
  readonly read: (bytes: Uint8Array, options?: { readonly signal?: AbortSignal }) => Promise<PictureReading>;
  /** Ends the reader; pictures that still wait fail with `READER_CLOSED`. */
  readonly close: () => Promise<void>;
};

/**
 * A reader that works in the calling thread, one picture after the other. Throws `ReaderError` where the
 * models are missing or damaged.
 */
export async function createPlateReader(
  options: { readonly modelsDirectory?: URL } = {},
): Promise<PlateReader> {
  const models = await loadModels(options.modelsDirectory ?? committedModels);
  const networks = await startNetworks(models);
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();
  return {
    read: (bytes, { signal } = {}) => {
      const reading = last.then(() => {
        signal?.throwIfAborted();
        if (isClosed) throw new ReaderError('READER_CLOSED', 'The reader is closed.');
        return readPicture(bytes, networks, models.description);
      });
      last = reading.catch(() => undefined);
      return reading;
    },
    close: async () => {
      isClosed = true;
      await last;
      await networks.close();
    },
  };
}
