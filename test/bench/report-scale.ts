import type { Axis } from './section.ts';

/** Where values lie along an axis. */
type Scale = {
  /** Round values, the first and last of which are the ends of the axis. */
  readonly ticks: readonly number[];
  /** 0 at the axis's beginning, 1 at its end. */
  readonly place: (value: number) => number;
};

/** A scale with room for all values: linear ones begin at zero, so that lengths compare. Throws a RangeError for what no scale can show. */
export function createScale(kind: Axis['scale'], values: readonly number[]): Scale {
  const least = Math.min(...values);
  const most = Math.max(...values);
  if (!Number.isFinite(least) || !Number.isFinite(most))
    throw new RangeError('Only finite values can be drawn.');
  switch (kind) {
    case 'linear':
      return spread(linearTicks(Math.min(0, least), Math.max(0, most)), (value) => value);
    case 'logarithmic':
      if (least <= 0) throw new RangeError(`A logarithmic scale cannot show ${least}.`);
      return spread(logarithmicTicks(least, most), Math.log10);
  }
}

function spread(ticks: readonly number[], measure: (value: number) => number): Scale {
  const from = measure(ticks[0] ?? 0);
  const to = measure(ticks.at(-1) ?? 1);
  return { ticks, place: (value) => (measure(value) - from) / (to - from) };
}

/** Four to nine steps of 1, 2 or 5 times a power of ten. */
function linearTicks(least: number, most: number): number[] {
  const roughStep = (most - least || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(roughStep));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= roughStep) ?? 10);
  const first = Math.floor(least / step);
  const last = Math.max(first + 1, Math.ceil(most / step));
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** Every 1, 2 and 5 times a power of ten; over more than three decades the powers alone. */
function logarithmicTicks(least: number, most: number): number[] {
  const firstPower = Math.floor(Math.log10(least));
  const lastPower = Math.floor(Math.log10(most)) + 1;
  const powers = Array.from({ length: lastPower - firstPower + 1 }, (_, index) => 10 ** (firstPower + index));
  if (lastPower - firstPower > 3) return powers;
  const ticks = powers.flatMap((power) => [power, 2 * power, 5 * power]);
  const first = ticks.findLastIndex((tick) => tick <= least);
  const last = ticks.findIndex((tick) => tick >= most);
  return ticks.slice(first, Math.max(last, first + 1) + 1);
}
