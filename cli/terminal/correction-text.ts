import type { Reading } from '../aws/reading.ts';

/** A correction of a plate for people, who count its characters from 1. */
export function correctionText({ at, from, to }: NonNullable<Reading['plateCorrections']>[number]): string {
  return `${from} → ${to} as character ${at + 1}`;
}
