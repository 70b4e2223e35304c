// Draws charts as SVG: argv names the directory, and standard input holds the charts as JSON.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { json } from 'node:stream/consumers';
import { parse, View } from 'vega';
import { compile } from 'vega-lite';

const [, , directory] = process.argv;
/** With more points a line alone is clearer. */
const mostDots = 12;

for (const { fileName, chart } of await json(process.stdin)) {
  const view = new View(parse(compile(specificationOf(chart)).spec));
  await writeFile(path.join(directory, fileName), `${await view.toSVG()}\n`);
}

function specificationOf({ title, x, y, series }) {
  const values = series.flatMap(({ name, points }) => points.map(([x, y], order) => ({ name, x, y, order })));
  const names = series.map(({ name }) => name);
  return {
    background: 'white',
    title,
    width: 600,
    height: 280,
    data: { values },
    mark: { type: 'line', point: values.length <= mostDots * names.length },
    encoding: {
      x: { field: 'x', title: x.label, ...axis(x) },
      y: { field: 'y', title: y.label, ...axis(y) },
      color: {
        field: 'name',
        type: 'nominal',
        title: null,
        sort: names,
        legend: names.length > 1 ? { labelLimit: 0 } : null,
      },
      order: { field: 'order' },
    },
  };
}

function axis({ scale }) {
  const isLogarithmic = scale === 'logarithmic';
  return { type: 'quantitative', scale: { type: isLogarithmic ? 'log' : 'linear', nice: !isLogarithmic } };
}
