/**
 * Why a reader failed. `MODEL_MISSING`: a file of the model is not there. `MODEL_DAMAGED`: it is not the file
 * that `models.json` describes. `READER_BUSY`: as many pictures wait as may. `READER_CRASHED`: the worker
 * or process that had the picture ended. `READER_TIMED_OUT`: the picture took too long. `READER_NOT_STARTED`:
 * the process did not get ready. `READER_CLOSED`: the reader was closed before the picture's turn.
 */
export type ReaderErrorCode =
  | 'MODEL_MISSING'
  | 'MODEL_DAMAGED'
  | 'READER_BUSY'
  | 'READER_CRASHED'
  | 'READER_TIMED_OUT'
  | 'READER_NOT_STARTED'
  | 'READER_CLOSED';

/** The reader failed, which says nothing about the picture. */
export class ReaderError extends Error {
  override readonly name = 'ReaderError';
  readonly code: ReaderErrorCode;

  constructor(code: ReaderErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
