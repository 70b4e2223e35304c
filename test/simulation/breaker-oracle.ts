import type { Answer, Fact } from './history.ts';

const minuteMs = 60_000;
/** What the project promises: an hour of refusals opens the breaker, and then there is a probe each 15 minutes. */
const opensAfterMs = 60 * minuteMs;
const probeIntervalMs = 15 * minuteMs;
/** A row of refusals ends where there is none for so long. */
const longestGapMs = 30 * minuteMs;
/** Clocks differ by up to a minute, and a sandbox knows the breaker as it was a minute ago. */
const toleranceMs = 2.5 * minuteMs;

/**
 * Knows from the endpoint's answers alone whether the breaker must be open. It begins again whenever a request
 * about the breaker failed or an invocation died: the code may then know less.
 */
export function createBreakerOracle() {
  let row: { readonly fromMs: number; untilMs: number } | undefined;
  let lastProbe: { readonly atMs: number; readonly attempt: string } | undefined;
  let answeredAtMs: number | undefined;
  /** The keys may be old at the first refusal: only the second one in an attempt is of the stored keys. */
  let refusedAttempt: string | undefined;

  const isOpen = (atMs: number) =>
    row !== undefined &&
    row.untilMs - row.fromMs >= opensAfterMs + toleranceMs &&
    atMs - row.untilMs > toleranceMs;

  return {
    /** One sentence where a probe follows another one too soon. */
    called(atMs: number, attempt: string): string[] {
      const before = lastProbe;
      if (before?.attempt !== attempt) lastProbe = { atMs, attempt };
      if (!isOpen(atMs) || !before || before.attempt === attempt) return [];
      const spanMs = atMs - before.atMs;
      return spanMs < probeIntervalMs - toleranceMs
        ? [`${attempt} calls ${Math.round(spanMs / 1000)} s after ${before.attempt}`]
        : [];
    },

    answered(
      atMs: number,
      attempt: string,
      { answer, detail }: { readonly answer: Answer; readonly detail: string },
    ): void {
      const isGone = answer === 'trouble' && /"resultCode":(404|405|4041007|4000005)\b/.test(detail);
      const isSecond = answer === 'refused' && refusedAttempt === attempt;
      refusedAttempt = answer === 'refused' ? attempt : undefined;
      if (isSecond || isGone) {
        const goesOn = row && (isOpen(atMs) || atMs - row.untilMs <= longestGapMs - toleranceMs);
        row = goesOn && row ? { ...row, untilMs: atMs } : { fromMs: atMs, untilMs: atMs };
        answeredAtMs = undefined;
      } else if (answer !== 'trouble' && answer !== 'refused') {
        row = undefined;
        answeredAtMs = atMs;
      }
    },

    /** One sentence where a picture is held although the endpoint answers again. */
    held(atMs: number): string[] {
      const isLate = answeredAtMs !== undefined && atMs - answeredAtMs > toleranceMs;
      return isLate ? ['a picture is held although the endpoint has answered about another one'] : [];
    },

    /** The code may have lost what it wanted to write. */
    unsure(): void {
      row = undefined;
      answeredAtMs = undefined;
    },
  };
}

/** Whether a request about the breaker had no certain effect. */
export function isLostBreakerRequest({
  operation,
  fault,
}: Extract<Fact, { readonly kind: 'requested' }>): boolean {
  return operation.endsWith(' of the breaker') && fault !== undefined;
}
