import * as z from 'zod/mini';

/**
 * Why a picture is not (yet) read: a stable code in capitals for machines, and one sentence for people. It is
 * in the record and in the log, so it never quotes a plate, a secret or a reply.
 */
export const reason = z.object({ code: z.string(), message: z.string() });
export type Reason = Readonly<z.infer<typeof reason>>;

/**
 * An outside system failed, which says nothing about the picture. `code` names system and fault, e.g.
 * `S3_SLOWDOWN`.
 */
export class OutsideError extends Error {
  override readonly name = 'OutsideError';
  readonly code: string;

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** The reason for a thrown error. It omits the text of an unknown error, which may quote anything. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof OutsideError) return { code: error.code, message: error.message };
  const name = error instanceof Error ? error.name : typeof error;
  return { code: 'UNKNOWN', message: `An unexpected ${name}; the log shows where it was thrown.` };
}
