import type { UsageIncrement } from '../../functions/core/record/usage.ts';

/**
 * A stage with so many cameras is asked about all of them each time; one with more, about those with new
 * pictures, and about so many others in turn, since an index can be behind its table for a moment.
 */
const camerasInTurn = 20;
/** A camera to ask, and how many final records its counters have more than at the last poll. */
export type CameraTurn = { readonly camera: string; readonly arrived: number };

/** Chooses which cameras a poll asks: those that the counters show new or changed, and others in turn. */
export function createCameraTurns() {
  const counted = new Map<string, { readonly pictures: number; readonly calls: number }>();
  let turn = 0;
  return {
    /** `wanted` are cameras to ask in any case. */
    next: (usage: readonly UsageIncrement[], wanted: readonly string[]): readonly CameraTurn[] => {
      const changed = new Map(wanted.map((camera) => [camera, 0]));
      for (const [camera, days] of Map.groupBy(usage, ({ camera }) => camera)) {
        const before = counted.get(camera) ?? { pictures: 0, calls: 0 };
        const sum = (name: 'pictures' | 'calls') =>
          days.reduce((total, { counts }) => total + counts[name], 0);
        const now = { pictures: sum('pictures'), calls: sum('calls') };
        if (!counted.has(camera) || now.pictures !== before.pictures || now.calls !== before.calls) {
          changed.set(camera, Math.max(0, now.pictures - before.pictures));
        }
        counted.set(camera, now);
      }
      const others = [...counted.keys()].filter((camera) => !changed.has(camera));
      const first = others.length === 0 ? 0 : turn % others.length;
      turn = first + camerasInTurn;
      const count = Math.min(camerasInTurn, others.length);
      const inTurn = [...others, ...others].slice(first, first + count);
      return [
        ...[...changed].map(([camera, arrived]) => ({ camera, arrived })),
        ...inTurn.map((camera) => ({ camera, arrived: 0 })),
      ];
    },
  };
}
