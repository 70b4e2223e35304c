/** The exit statuses of the program that prepares pictures; every other one means that it crashed. */
export const preparationStatuses = {
  prepared: 0,
  /** Standard output has the reason as JSON. */
  refused: 3,
  /** The decoder's library cannot be loaded, which no picture causes. */
  notStarted: 4,
} as const;
