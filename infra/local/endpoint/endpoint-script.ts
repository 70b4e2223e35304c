import type { PlateTruth } from './picture-truth.ts';

/** A request as it arrived. The last four are undefined if it has no file. */
export type Call = {
  /** Epoch milliseconds at which the request's head arrived. */
  at: number;
  method: string;
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  authorization: string | undefined;
  requestSizeBytes: number;
  fieldName: string | undefined;
  fileName: string | undefined;
  sizeBytes: number | undefined;
  /** Of the file's bytes, in hexadecimal. */
  sha256: string | undefined;
};

/** The answer to a call. */
export type Answer =
  /** The vendor's answer by its contract, with the plates that are written in the picture. */
  | { kind: 'truth' }
  /** A success with these plates; with none, an empty list. */
  | { kind: 'plates'; plates: PlateTruth[] }
  /** A failure in the vendor's envelope; `status` is 200 if absent, as for the service's own failures. */
  | { kind: 'failure'; resultCode: number; resultMessage?: string; status?: number }
  /** Any reply: HTML, a redirect, JSON that breaks the contract. */
  | { kind: 'reply'; status?: number; headers?: Record<string, string>; body: string | Uint8Array }
  /** A reply of this many bytes, sent for as long as the caller keeps reading. */
  | { kind: 'flood'; sizeBytes: number }
  /** The head and the first half of a reply, then the connection breaks. */
  | { kind: 'half' }
  /** No reply; the connection stays open until the caller or `stop()` ends it. */
  | { kind: 'silence' }
  /** No reply; the connection breaks at once. */
  | { kind: 'drop' };

/**
 * An answer that departs from the contract, for the first `times` calls that match `when` (all if absent).
 */
export type Rule = {
  when?: (call: Call, picture: Uint8Array) => boolean;
  times?: number;
  delayMs?: number;
  /** `truth` if absent, so that a rule may only delay. */
  answer?: Answer;
};

/** The rules that apply. The oldest wins, so that rules with `times` follow each other. */
type Script = {
  /** Adds a rule and returns a function that removes it. */
  add(rule: Rule): () => void;
  /** Returns the answer to a call, and uses up one of the `times` of its rule. */
  take(call: Call, picture: Uint8Array): { delayMs: number; answer: Answer };
};

/** Creates a script without rules: every call gets the answer `truth` at once. */
export function createScript(): Script {
  const entries = new Set<{ rule: Rule; timesLeft: number }>();
  return {
    add(rule) {
      const entry = { rule, timesLeft: rule.times ?? Infinity };
      entries.add(entry);
      return () => void entries.delete(entry);
    },
    take(call, picture) {
      for (const entry of entries) {
        const { when, delayMs = 0, answer = { kind: 'truth' } } = entry.rule;
        if (when && !when(call, picture)) continue;
        entry.timesLeft -= 1;
        if (entry.timesLeft <= 0) entries.delete(entry);
        return { delayMs, answer };
      }
      return { delayMs: 0, answer: { kind: 'truth' } };
    },
  };
}
