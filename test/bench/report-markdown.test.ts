import assert from 'node:assert/strict';
import { test } from 'vitest';
import { picturesOf, reportAsMarkdown } from './report-markdown.ts';
import type { Section } from './section.ts';

const section: Section = {
  title: 'Warm work',
  method: '10 pictures at once.',
  figures: [
    { name: 'start', value: 3, unit: '×', target: { atMost: 2 } },
    { name: 'latency', value: 1234, unit: 'ms' },
  ],
  charts: [
    {
      title: 'Throughput',
      x: { label: 'in flight', scale: 'logarithmic' },
      y: { label: 'pictures/s', scale: 'linear' },
      series: [{ name: 'Plateline', points: [[1, 10]] }],
    },
  ],
  notes: ['The endpoint is the limit.'],
};
const page = reportAsMarkdown([section], [{ name: 'Machine', value: '2 × Example CPU' }]);

test('a missed target stands out in the overview and in its section', () => {
  assert.match(page, /^\| Warm work: start \| 3 × \| ≤ 2 \| MISSED \|$/m);
  assert.match(page, /^\| start \| 3 × \| ≤ 2 \| MISSED \|$/m);
});

test('the overview has no figure without a target', () => {
  assert.match(page, /^\| latency \| 1,234 ms \|/m);
  assert.doesNotMatch(page, /Warm work: latency/);
});

test('the page names machine and versions', () => {
  assert.match(page, /^- Machine: 2 × Example CPU$/m);
});

test('the page shows the picture of each chart', () => {
  for (const { fileName, chart } of picturesOf(section)) {
    assert.ok(page.includes(`![${chart.title}](${fileName})`), fileName);
  }
});
