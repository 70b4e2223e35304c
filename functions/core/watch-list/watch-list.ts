import * as z from 'zod/mini';

/** `seen`: an alert when an entry is seen. `unlisted`: an alert when a plate is seen that no entry has. */
export const listKinds = ['seen', 'unlisted'] as const;

/**
 * Which reads match an entry. `exact`: only equal ones. `look-alikes`: also characters that readers confuse
 * (배/바, 하/허/호, 0/O). `lost-upper-line`: also the lower line alone of a plate of two lines.
 */
export const strengths = ['exact', 'look-alikes', 'lost-upper-line'] as const;
export type Strength = (typeof strengths)[number];

/** Days of the week, Korea's time, in the order of `Date.getUTCDay`. */
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** One plate of a watch list. */
export const watchEntry = z.object({
  /** In the form for search. */
  plateKey: z.string(),
  note: z.exactOptional(z.string()),
  /** ISO 8601 in UTC with milliseconds, both included. */
  validFrom: z.exactOptional(z.string()),
  validUntil: z.exactOptional(z.string()),
  /** Every day, if absent. */
  days: z.exactOptional(z.readonly(z.array(z.enum(weekdays)))),
  /** `HH:mm-HH:mm` in Korea's time; the second can be on the next day. The whole day, if absent. */
  hours: z.exactOptional(z.string()),
  /** Every camera, if absent. */
  cameras: z.exactOptional(z.readonly(z.array(z.string()))),
});
export type WatchEntry = Readonly<z.infer<typeof watchEntry>>;

/** What holds for a whole list. */
export const listSettings = z.object({
  list: z.string(),
  kind: z.enum(listKinds),
  strength: z.enum(strengths),
  /** The cameras whose reads the list is compared with; every camera, if absent. */
  cameras: z.exactOptional(z.readonly(z.array(z.string()))),
});
export type ListSettings = Readonly<z.infer<typeof listSettings>>;

/** A list with its entries. */
export type WatchList = ListSettings & { readonly entries: readonly WatchEntry[] };
