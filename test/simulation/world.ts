import type { DatedFact, Fact } from './history.ts';
import { createRandom, type Random } from './random.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';
import { drawWeather, type Weather } from './weather.ts';

/** What all parts of one history share. */
export type World = {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly weather: Weather;
  readonly history: readonly DatedFact[];
  readonly note: (fact: Fact) => void;
};

/** The moment at which every history begins. */
const startMs = Date.parse('2026-11-22T08:00:00.000Z');

export function createWorld(seed: number, draw = drawWeather): World {
  const random = createRandom(seed);
  const time = createVirtualTime(startMs, random);
  const weather = draw(random, startMs);
  const history: DatedFact[] = [];
  return {
    time,
    random,
    weather,
    history,
    note: (fact) => void history.push({ atMs: time.nowMs(), fact }),
  };
}
