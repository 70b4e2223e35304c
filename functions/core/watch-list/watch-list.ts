/** `seen`: an alert when an entry is seen. `unlisted`: an alert when a plate is seen that no entry has. */
type ListKind = 'seen' | 'unlisted';

/**
 * Which reads match an entry. `exact`: only equal ones. `look-alikes`: also characters that readers confuse
 * (배/바, 하/허/호, 0/O). `lost-upper-line`: also the lower line alone of a plate of two lines.
 */
export type Strength = 'exact' | 'look-alikes' | 'lost-upper-line';

/** Days of the week, Korea's time, in the order of `Date.getUTCDay`. */
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
type Weekday = (typeof weekdays)[number];

/** One plate of a watch list. */
export type WatchEntry = {
  /** In the form for search. */
  readonly plateKey: string;
  readonly note?: string;
  /** ISO 8601 in UTC with milliseconds, both included. */
  readonly validFrom?: string;
  readonly validUntil?: string;
  /** Every day, if absent. */
  readonly days?: readonly Weekday[];
  /** `HH:mm-HH:mm` in Korea's time; the second can be on the next day. The whole day, if absent. */
  readonly hours?: string;
  /** Every camera, if absent. */
  readonly cameras?: readonly string[];
};

/** A list with its entries. */
export type WatchList = {
  readonly list: string;
  readonly kind: ListKind;
  readonly strength: Strength;
  /** The cameras whose reads the list is compared with; every camera, if absent. */
  readonly cameras?: readonly string[];
  readonly entries: readonly WatchEntry[];
};
