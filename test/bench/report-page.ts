import type { Environment } from './environment.ts';
import { escapeMarkup } from './escape-markup.ts';
import { drawChart, seriesColours } from './report-chart.ts';
import { formatTarget, formatValue, verdictOf } from './report-figures.ts';
import type { Chart, Figure, Section } from './section.ts';

const style = `
:root { color-scheme: light dark; --text: #1c2024; --faint: #60646c; --line: #d9dce0; --page: #ffffff; --missed: #c4320a; --met: #18794e;
  --series-0: #0b68cb; --series-1: #d9730d; --series-2: #128a5a; --series-3: #b4359c; --series-4: #7a6ff0; --series-5: #a08000; --series-6: #cc3344; --series-7: #5b6570; }
@media (prefers-color-scheme: dark) { :root { --text: #e8eaed; --faint: #a2a7af; --line: #363a40; --page: #15171a; --missed: #ff8a65; --met: #55c795;
  --series-0: #63a8ff; --series-1: #ffa24d; --series-2: #4cc38f; --series-3: #ee84d8; --series-4: #a79fff; --series-5: #d8bd3c; --series-6: #ff7d88; --series-7: #a7b0ba; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
td, th { padding: .25rem .5rem; border-bottom: 1px solid var(--line); text-align: left; }
td.number { text-align: right; white-space: nowrap; }
.met { color: var(--met); } .missed { color: var(--missed); font-weight: 700; }
.faint, figure ul { color: var(--faint); }
figure { margin: 2rem 0; } figcaption { font-weight: 600; }
figure ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; list-style: none; margin: .25rem 0; padding: 0; }
svg { width: 100%; height: auto; }
svg text { font: 12px system-ui, sans-serif; fill: var(--faint); }
.grid { stroke: var(--line); stroke-width: 1; }
polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
${Array.from({ length: seriesColours }, (_, index) => `.series-${index} polyline { stroke: var(--series-${index}); } .series-${index} circle, li.series-${index}::before { fill: var(--series-${index}); background: var(--series-${index}); }`).join('\n')}
li::before { content: ''; display: inline-block; width: .75rem; height: .75rem; margin-right: .4rem; border-radius: .15rem; }
`;

/** The report as one page that needs no other file. */
export function reportAsPage(sections: readonly Section[], environment: Environment): string {
  const targets = sections.map(({ title, figures }) => ({
    title,
    figures: figures.filter(({ target }) => target),
  }));
  const overview = targets.map(({ title, figures }) => figureRows(figures, `${title}: `)).join('');
  const facts = environment
    .map(({ name, value }) => `<tr><th>${escapeMarkup(name)}</th><td>${escapeMarkup(value)}</td></tr>`)
    .join('');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>What a picture costs</title>
<style>${style}</style>
<h1>What a picture costs</h1>
<table>${facts}</table>
<h2>Targets</h2>
<table>${overview}</table>
${sections.map(sectionMarkup).join('\n')}
</html>
`;
}

function sectionMarkup({ title, method, figures, charts, notes }: Section): string {
  return [
    `<h2>${escapeMarkup(title)}</h2>`,
    `<p class="faint">${escapeMarkup(method)}</p>`,
    `<table>${figureRows(figures, '')}</table>`,
    ...notes.map((note) => `<p>${escapeMarkup(note)}</p>`),
    ...charts.map(chartMarkup),
  ].join('\n');
}

function figureRows(figures: readonly Figure[], prefix: string): string {
  const rows = figures.map((figure) => {
    const verdict = verdictOf(figure);
    return (
      `<tr><td>${escapeMarkup(prefix + figure.name)}</td><td class="number">${formatValue(figure.value)} ${escapeMarkup(figure.unit)}</td>` +
      `<td class="number">${formatTarget(figure)}</td><td class="${verdict.toLowerCase()}">${verdict}</td></tr>`
    );
  });
  return rows.join('\n');
}

function chartMarkup(chart: Chart): string {
  const names = chart.series.map(
    ({ name }, index) => `<li class="series-${index % seriesColours}">${escapeMarkup(name)}</li>`,
  );
  return `<figure><figcaption>${escapeMarkup(chart.title)}</figcaption><ul>${names.join('')}</ul>\n${drawChart(chart)}</figure>`;
}
