/** A span of time, both ends included, in ISO 8601 in UTC with milliseconds; an absent end is open. */
export type TimeSpan = { readonly since?: string; readonly until?: string };
