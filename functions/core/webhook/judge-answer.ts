import type { Reason } from '../record/reason.ts';

/** What a receiver's HTTP status means for a delivery. */
type Judgement =
  | { readonly kind: 'delivered' }
  /** It may pass: the delivery is repeated. */
  | { readonly kind: 'failed'; readonly reason: Reason }
  /** It stays: the delivery goes to the dead-letter queue at once. */
  | { readonly kind: 'refused'; readonly reason: Reason };

/**
 * Only two answers say that no repetition helps: 410, by which Standard Webhooks lets a receiver sign off, and
 * 413. A receiver with a fault can answer anything else. Redirects are not followed: they lead away from the
 * address that was checked.
 */
export function judgeAnswer(status: number): Judgement {
  const code = `HTTP_${status}`;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) {
    return { kind: 'refused', reason: { code, message: 'The receiver wants no more webhooks.' } };
  }
  if (status === 413) {
    return { kind: 'refused', reason: { code, message: 'The event is too large for the receiver.' } };
  }
  const message =
    status >= 300 && status < 400
      ? `The receiver answered ${status}, a redirect, which is not followed.`
      : `The receiver answered ${status}.`;
  return { kind: 'failed', reason: { code, message } };
}
