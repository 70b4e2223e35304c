import { koreaOffsetMs } from '../../functions/core/capture/utc-moment.ts';

/**
 * A moment in ISO 8601 as a clock in Korea shows it, such as `2026-11-22 17:15:00`. Other text is returned
 * unchanged.
 */
export function koreaTimeOf(moment: string): string {
  const epochMs = Date.parse(moment);
  return Number.isNaN(epochMs)
    ? moment
    : new Date(epochMs + koreaOffsetMs)
        .toISOString()
        .slice(0, 'YYYY-MM-DDTHH:mm:ss'.length)
        .replace('T', ' ');
}
