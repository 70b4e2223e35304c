import type { PlateTruth } from './picture-truth.ts';

/** A request as it reached the stand-in; the last four are undefined if no single file came with it. */
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
  /** Of the file's bytes, in hex. */
  sha256: string | undefined;
};

/** What a call is answered. */
export type Answer =
  /** As the vendor would: by the contract, and by the truth written in the picture. */
  | { kind: 'truth' }
  /** A success with these plates; with none, an empty list. */
  | { kind: 'plates'; plates: PlateTruth[] }
  /** A failure in the vendor's envelope; `status` is 200 unless given, as for all failures of the service itself. */
  | { kind: 'failure'; resultCode: number; resultMessage?: string; status?: number }
  /** Any reply at all: HTML, a redirect, JSON against the contract. */
  | { kind: 'reply'; status?: number; headers?: Record<string, string>; body: string | Uint8Array }
  /** A reply of this many bytes, sent for as long as the caller keeps reading. */
  | { kind: 'flood'; sizeBytes: number }
  /** The head and the first half of a reply, then the connection is cut. */
  | { kind: 'half' }
  /** No reply; the connection stays open until the caller or `stop()` ends it. */
  | { kind: 'silence' }
  /** No reply; the connection is cut at once. */
  | { kind: 'drop' };

/** A departure from the contract: for the calls for which `when` holds (all unless given), at most `times` of them. */
export type Rule = {
  when?: (call: Call, picture: Uint8Array) => boolean;
  times?: number;
  delayMs?: number;
  /** The truth unless given, so that a rule may merely delay. */
  answer?: Answer;
};

/** The rules in force; the one scripted first wins, so that rules with `times` follow one another. */
type Script = {
  /** Adds a rule and returns the function that takes it back. */
  add(rule: Rule): () => void;
  /** Uses up one of the `times` of the rule that decides this call. */
  take(call: Call, picture: Uint8Array): { delayMs: number; answer: Answer };
};

/** Makes a script without rules: every call is answered at once, with the truth. */
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
