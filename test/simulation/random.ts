export type Random = ReturnType<typeof createRandom>;

/**
 * Every choice of a history, drawn from its seed (mulberry32: 32 bits of state, the same on every machine).
 */
export function createRandom(seed: number) {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;

  /** 0 up to, not including, 1. */
  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  function between(least: number, most: number): number {
    return least + Math.floor(fraction() * (most - least + 1));
  }

  return {
    fraction,
    between,
    chance: (probability: number): boolean => fraction() < probability,
    pick<Choice>(choices: readonly [Choice, ...Choice[]]): Choice {
      return choices[between(0, choices.length - 1)] ?? choices[0];
    },
    /** The same items in another order. */
    shuffled<Thing>(things: readonly Thing[]): Thing[] {
      return things
        .map((thing) => ({ thing, order: fraction() }))
        .sort((one, other) => one.order - other.order)
        .map(({ thing }) => thing);
    },
  };
}
