import type { PlateCorrection } from '../../functions/core/record/record.ts';

/** A correction of a plate for people, who count its characters from 1. */
export function correctionText({ at, from, to }: PlateCorrection): string {
  return `${from} → ${to} as character ${at + 1}`;
}
