import type { Environment } from './environment.ts';
import { formatTarget, formatValue, verdictOf } from './report-figures.ts';
import type { Section } from './section.ts';

/** The report as a page of tables. */
export function reportAsMarkdown(sections: readonly Section[], environment: Environment): string {
  const machine = environment.map(({ name, value }) => `- ${name}: ${value}`).join('\n');
  return [`# What a picture costs`, machine, ...sections.map(sectionAsMarkdown), ''].join('\n\n');
}

function sectionAsMarkdown({ title, method, figures, notes }: Section): string {
  const rows = figures.map((figure) => {
    const cells = [
      figure.name,
      `${formatValue(figure.value)} ${figure.unit}`,
      formatTarget(figure),
      verdictOf(figure),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    `## ${title}`,
    method,
    ['| | measured | target | |', '|---|--:|--:|---|', ...rows].join('\n'),
    ...notes,
  ].join('\n\n');
}
