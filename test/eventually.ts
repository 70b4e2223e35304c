import { setTimeout as delay } from 'node:timers/promises';

const patienceMs = 30_000;

/** Looks again and again until `look` finds something, and returns it. Throws, with what it looked for, when patience ends. */
export async function eventually<Found>(
  what: string,
  look: () => Promise<Found | undefined> | Found | undefined,
): Promise<Found> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    // Read before looking: after a stall of the machine there is one more look before it counts as in vain.
    const isLastLook = Date.now() > deadline;
    const found = await look();
    if (found !== undefined) return found;
    if (isLastLook) throw new Error(`Waited in vain for ${what}.`);
    await delay(20);
  }
}
