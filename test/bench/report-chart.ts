import { escapeMarkup } from './escape-markup.ts';
import { formatValue } from './report-figures.ts';
import { createScale } from './report-scale.ts';
import type { Chart } from './section.ts';

const width = 760;
const height = 340;
const plot = { left: 70, right: width - 20, top: 14, bottom: height - 52 };
/** With more points a line alone is clearer. */
const mostDots = 25;

/** How many series have a colour of their own; the page's style names them series-0, series-1 and so on. */
export const seriesColours = 8;

/** A chart as SVG. Colours are the page's: axes are drawn in its text colour, series by their classes. */
export function drawChart({ title, x, y, series }: Chart): string {
  const points = series.flatMap((each) => each.points);
  const xScale = createScale(
    x.scale,
    points.map(([value]) => value),
  );
  const yScale = createScale(
    y.scale,
    points.map(([, value]) => value),
  );
  const xAt = (value: number) => round(plot.left + xScale.place(value) * (plot.right - plot.left));
  const yAt = (value: number) => round(plot.bottom - yScale.place(value) * (plot.bottom - plot.top));

  const grid = [
    ...xScale.ticks.map((tick) => {
      const at = xAt(tick);
      return (
        `<line class="grid" x1="${at}" x2="${at}" y1="${plot.top}" y2="${plot.bottom}"/>` +
        `<text x="${at}" y="${plot.bottom + 18}" text-anchor="middle">${formatValue(tick)}</text>`
      );
    }),
    ...yScale.ticks.map((tick) => {
      const at = yAt(tick);
      return (
        `<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${at}" y2="${at}"/>` +
        `<text x="${plot.left - 8}" y="${at + 4}" text-anchor="end">${formatValue(tick)}</text>`
      );
    }),
  ];
  const labels =
    `<text x="${(plot.left + plot.right) / 2}" y="${height - 10}" text-anchor="middle">${escapeMarkup(x.label)}</text>` +
    `<text transform="translate(16 ${(plot.top + plot.bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeMarkup(y.label)}</text>`;
  const lines = series.map(({ name, points }, index) => {
    const corners = points.map(([xValue, yValue]) => `${xAt(xValue)},${yAt(yValue)}`).join(' ');
    const dots = points.map(
      ([xValue, yValue]) =>
        `<circle cx="${xAt(xValue)}" cy="${yAt(yValue)}" r="3"><title>${escapeMarkup(name)}: ${formatValue(xValue)}, ${formatValue(yValue)}</title></circle>`,
    );
    return `<g class="series-${index % seriesColours}"><polyline points="${corners}"/>${points.length > mostDots ? '' : dots.join('')}</g>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeMarkup(title)}">` +
    `${grid.join('')}${labels}${lines.join('')}</svg>`
  );
}

/** A tenth of a pixel is fine enough. */
function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
