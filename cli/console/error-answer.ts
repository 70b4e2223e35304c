import { exitOf } from '../terminal/exit.ts';
import { CommandError } from '../terminal/command-error.ts';

/** What the page shows of an error: a stable code, and a sentence in English. */
export type Fault = { readonly code: string; readonly message: string };

/** Explains an error of a request; the text of a bug stays in the terminal, since it may quote anything. */
export function faultOf(error: unknown): Fault {
  if (error instanceof CommandError) return { code: error.code, message: error.message };
  const sentence = exitOf(error)?.sentence;
  if (sentence !== undefined) return { code: 'AWS_ERROR', message: sentence };
  return { code: 'BUG', message: 'The console failed; the terminal shows where.' };
}

/** The HTTP status of a fault. */
export function statusOf(code: string): 400 | 403 | 404 | 409 | 410 | 500 | 502 {
  if (code.startsWith('ENTRY_')) return 400;
  switch (code) {
    case 'USAGE':
    case 'NO_INDEX_HELPS':
    case 'PLATE_ON_NO_LIST':
    case 'WHOLE_PLATE':
    case 'NO_PICTURE_FILE':
    case 'TOO_LARGE':
    case 'LIST_NAME':
    case 'NO_CSV':
      return 400;
    case 'READ_ONLY':
      return 403;
    case 'REVIEWED_MEANWHILE':
    case 'LIST_EXISTS':
      return 409;
    case 'NO_RECORD':
    case 'NO_LIST':
    case 'NO_PAGE':
      return 404;
    case 'GONE':
    case 'CANNOT_DRAW':
    case 'NO_PICTURE':
      return 410;
    case 'BUG':
      return 500;
    default:
      return 502;
  }
}
