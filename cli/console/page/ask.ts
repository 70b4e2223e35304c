import * as z from 'zod/mini';

const fault = z.object({ code: z.string(), message: z.string() });
/** Why the console did not answer: a code, and a sentence in English. */
export type Fault = z.infer<typeof fault>;

/** An answer of the console, or why there is none. */
export type Answer<Content> =
  { readonly kind: 'content'; readonly content: Content } | { readonly kind: 'fault'; readonly fault: Fault };

/** Asks the console itself; a lost connection is the fault `CONSOLE_LOST`. */
export async function ask<Schema extends z.core.$ZodType>(
  path: string,
  schema: Schema,
  request: RequestInit = {},
): Promise<Answer<z.infer<Schema>>> {
  try {
    const response = await fetch(path, request);
    const body: unknown = await response.json();
    if (!response.ok) return { kind: 'fault', fault: z.parse(fault, body) };
    return { kind: 'content', content: z.parse(schema, body) };
  } catch (error) {
    if (request.signal?.aborted) throw error;
    return { kind: 'fault', fault: consoleLost };
  }
}

/** The process in the terminal has ended, or answers nothing that the page understands. */
export const consoleLost: Fault = {
  code: 'CONSOLE_LOST',
  message: 'The console in the terminal does not answer. Is it still running?',
};
