import { noCap, type CallCaps } from '../../functions/core/spend/call-cap.ts';
import type { World } from './world.ts';

const hourMs = 3_600_000;

/** The caps of one history, so low that pictures meet them; sometimes somebody raises them later. */
export function startCallCaps({ time, random, note }: World): () => CallCaps {
  let caps: CallCaps = {
    perDay: random.pick([4, 6, 10]),
    perMonth: random.chance(0.15) ? random.between(5, 12) : noCap,
  };
  note({ kind: 'capped', ...caps });
  if (random.chance(0.3)) {
    time.at(time.nowMs() + random.between(0, 30) * hourMs, () => {
      caps = { perDay: caps.perDay * 2, perMonth: noCap };
      note({ kind: 'capped', ...caps });
    });
  }
  return () => caps;
}
