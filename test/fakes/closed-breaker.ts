import type { CallBreaker } from '../../functions/read-plate/breaker.ts';

/** Holds nothing. */
export const closedBreaker: Pick<CallBreaker, 'enter' | 'refused' | 'answered'> = {
  enter: () => Promise.resolve(undefined),
  refused: () => Promise.resolve(undefined),
  answered: () => Promise.resolve(),
};
