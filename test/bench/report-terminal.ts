import Table from 'cli-table3';
import { formatTarget, formatValue, verdictOf } from './report-figures.ts';
import type { Section } from './section.ts';

/** A section's figures as a terminal shows them. */
export function tableForTerminal({ title, figures }: Section): string {
  const table = new Table({
    head: [title, 'measured', '', 'target', ''],
    colAligns: ['left', 'right', 'left', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const figure of figures) {
    const { name, value, unit } = figure;
    table.push([name, formatValue(value), unit, formatTarget(figure), verdictOf(figure)]);
  }
  return table.toString();
}
