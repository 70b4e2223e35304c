import type { ReaderPool, ReaderPoolOptions } from '../../functions/plate-reader/reader-pool.ts';
import { closeBeforeExit } from './exit-process.ts';

/**
 * Starts a reader that is closed also where the process exits in the middle of a command: its pictures then
 * fail with `READER_CLOSED`. Throws as `createReaderPool` does.
 */
export async function startReader(options: ReaderPoolOptions = {}): Promise<ReaderPool> {
  // Loading the reader takes longer than all that the other commands do.
  const { createReaderPool } = await import('../../functions/plate-reader/reader-pool.ts');
  const starting = createReaderPool(options);
  const takeBack = closeBeforeExit(async () => {
    await (await starting).close();
  });
  try {
    const reader = await starting;
    return {
      ...reader,
      close: async () => {
        await reader.close();
        takeBack();
      },
    };
  } catch (error) {
    takeBack();
    throw error;
  }
}
