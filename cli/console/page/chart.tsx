import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';

/** One line or one layer of bars. */
export type Series = {
  readonly name: string;
  /** A custom property of the style sheet, such as `--chart-read`. */
  readonly colour: string;
  /** One for each label; null where there is nothing to show. */
  readonly values: readonly (number | null)[];
};

const heightPixels = 220;
const barWidth = 0.7;
const widestBarPixels = 48;

/**
 * Bars on top of each other, or lines, over a few labels. A table with the same numbers belongs next to it:
 * the chart is a picture for a screen reader.
 */
export function Chart({
  kind,
  labels,
  series,
  format,
  description,
}: {
  readonly kind: 'bars' | 'lines';
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  readonly description: string;
}) {
  const place = useRef<HTMLDivElement>(null);
  const shown = JSON.stringify([kind, labels, series]);
  useEffect(() => {
    const { current } = place;
    if (!current) return;
    let stop: (() => void) | undefined;
    let isLeft = false;
    // Only pages with a chart load the library.
    void import('uplot').then(({ default: Plot }) => {
      if (!isLeft) stop = draw(Plot, current, { kind, labels, series, format });
    });
    return () => {
      isLeft = true;
      stop?.();
    };
  }, [shown]);
  return (
    <figure class="chart">
      <div ref={place} class="chart-place" role="img" aria-label={description} />
      <figcaption>
        {series.map(({ name, colour }) => (
          <span key={name} class={`chart-key ${colour.replace(/^--/, '')}`}>
            {name}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

type Drawing = {
  readonly kind: 'bars' | 'lines';
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
};

/** Draws again in other colours and sizes when the page changes, until the returned function is called. */
function draw(Plot: typeof uPlot, place: HTMLElement, drawing: Drawing): () => void {
  let plot: uPlot | undefined;
  const redraw = () => {
    plot?.destroy();
    plot = new Plot(optionsOf(Plot, place, drawing), dataOf(drawing), place);
  };
  redraw();
  const themes = new MutationObserver(redraw);
  themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const sizes = new ResizeObserver(() => plot?.setSize({ width: place.clientWidth, height: heightPixels }));
  sizes.observe(place);
  return () => {
    themes.disconnect();
    sizes.disconnect();
    plot?.destroy();
  };
}

/** Layers of bars lie over each other, so each begins at 0 and the highest is drawn first. */
function dataOf({ kind, labels, series }: Drawing): uPlot.AlignedData {
  const places = labels.map((_, index) => index);
  if (kind === 'lines') return [places, ...series.map(({ values }) => [...values])];
  const sums = series.map((_, upTo) =>
    labels.map((_label, at) =>
      series.slice(0, upTo + 1).reduce((sum, { values }) => sum + (values[at] ?? 0), 0),
    ),
  );
  return [places, ...sums.toReversed()];
}

function optionsOf(
  Plot: typeof uPlot,
  place: HTMLElement,
  { kind, labels, series, format }: Drawing,
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colourOf = (name: string) => style.getPropertyValue(name);
  const bars = Plot.paths.bars?.({ size: [barWidth, widestBarPixels] });
  const axis = {
    stroke: colourOf('--muted'),
    grid: { stroke: colourOf('--line'), width: 1 },
    ticks: { show: false },
    font: `12px ${style.fontFamily}`,
  };
  return {
    width: place.clientWidth,
    height: heightPixels,
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: false, range: [-0.6, labels.length - 0.4] },
      y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.1 : 1] },
    },
    axes: [
      {
        ...axis,
        size: 28,
        grid: { show: false },
        values: (_plot, places) => places.map((at) => (Number.isInteger(at) ? (labels[at] ?? '') : '')),
      },
      { ...axis, size: 56, values: (_plot, values) => values.map(format) },
    ],
    series: [
      {},
      ...(kind === 'bars' ? series.toReversed() : series).map(({ name, colour }) => ({
        label: name,
        stroke: colourOf(colour),
        points: { show: kind === 'lines', size: 5, fill: colourOf(colour) },
        ...(kind === 'bars'
          ? { fill: colourOf(colour), width: 0, ...(bars && { paths: bars }) }
          : { width: 2, spanGaps: true }),
      })),
    ],
  };
}
