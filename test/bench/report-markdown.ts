import type { Environment } from './environment.ts';
import { formatTarget, formatValue, verdictOf } from './report-figures.ts';
import type { Chart, Figure, Section } from './section.ts';

/** A chart and the file that holds it, next to the page. */
type Picture = { readonly fileName: string; readonly chart: Chart };

/**
 * The report as a page: machine and versions, all targets, then each section with its figures and pictures.
 */
export function reportAsMarkdown(sections: readonly Section[], environment: Environment): string {
  const machine = environment.map(({ name, value }) => `- ${name}: ${value}`).join('\n');
  const targets = sections.flatMap(({ title, figures }) =>
    figures.flatMap((figure) => (figure.target ? { ...figure, name: `${title}: ${figure.name}` } : [])),
  );
  return [
    '# What a picture costs: results',
    '`npm run bench` writes this page. [How it measures](../README.md).',
    machine,
    '## Targets',
    tableOf(targets),
    ...sections.map(sectionAsMarkdown),
    '',
  ].join('\n\n');
}

/** The pictures of a section. */
export function picturesOf({ title, charts }: Section): readonly Picture[] {
  const name = title.toLowerCase().replaceAll(' ', '-');
  return charts.map((chart, index) => ({ fileName: `${name}-${index + 1}.svg`, chart }));
}

function sectionAsMarkdown(section: Section): string {
  const { title, method, figures, notes } = section;
  const pictures = picturesOf(section).map(({ fileName, chart }) => `![${chart.title}](${fileName})`);
  return [`## ${title}`, method, tableOf(figures), ...notes, ...pictures].join('\n\n');
}

function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const cells = [
      figure.name,
      `${formatValue(figure.value)} ${figure.unit}`,
      formatTarget(figure),
      verdictOf(figure),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| | measured | target | |', '|---|--:|--:|---|', ...rows].join('\n');
}
