import type { Figure } from './section.ts';

/** Three significant digits, and whole from a thousand on, in groups. */
export function formatValue(value: number): string {
  return Math.abs(value) < 999.5
    ? value.toLocaleString('en', { maximumSignificantDigits: 3 })
    : value.toLocaleString('en', { maximumFractionDigits: 0 });
}

/** Such as `≤ 2`; nothing without a target. */
export function formatTarget({ target: { atLeast, atMost } = {} }: Figure): string {
  if (atLeast !== undefined && atMost !== undefined) return `${formatValue(atLeast)}–${formatValue(atMost)}`;
  if (atLeast !== undefined) return `≥ ${formatValue(atLeast)}`;
  return atMost === undefined ? '' : `≤ ${formatValue(atMost)}`;
}

/** Whether the target is met; nothing without one. A value that is no number meets none. */
export function verdictOf({ value, target }: Figure): '' | 'met' | 'MISSED' {
  if (target === undefined) return '';
  const { atLeast = -Infinity, atMost = Infinity } = target;
  return value >= atLeast && value <= atMost ? 'met' : 'MISSED';
}
