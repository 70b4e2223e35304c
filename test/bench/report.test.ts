import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'vitest';
import { writeReport } from './report.ts';
import type { Section } from './section.ts';

const section: Section = {
  title: 'Burst',
  method: '10 pictures at once.',
  figures: [
    { name: 'start', value: 3, unit: '×', target: { atMost: 2 } },
    { name: 'latency of <any> & every picture', value: 1234, unit: 'ms' },
  ],
  charts: [
    {
      title: 'Throughput',
      x: { label: 'in flight', scale: 'logarithmic' },
      y: { label: 'pictures/s', scale: 'linear' },
      series: [
        {
          name: 'Plateline',
          points: [
            [1, 10],
            [2, 20],
          ],
        },
        {
          name: 'endpoint',
          points: [
            [1, 12],
            [2, 24],
          ],
        },
      ],
    },
  ],
  notes: ['The endpoint is the limit.'],
};

test('the page needs no other file and draws a line for each series', async (context) => {
  const { page } = await report(context);
  assert.doesNotMatch(page, /<(script|link|img)|url\(|@import/);
  assert.equal(page.match(/<polyline/g)?.length, 2);
});

test('a missed target stands out on the page and in the table', async (context) => {
  const { page, markdown } = await report(context);
  assert.match(page, /<td class="missed">MISSED<\/td>/);
  assert.match(markdown, /^\| start \| 3 × \| ≤ 2 \| MISSED \|$/m);
});

test('machine, date and versions stand on the page and in the table', async (context) => {
  const { page, markdown } = await report(context);
  assert.match(page, /2 × Example CPU/);
  assert.match(markdown, /2 × Example CPU/);
});

test('a name is text on the page, whatever it holds', async (context) => {
  const { page } = await report(context);
  assert.match(page, /latency of &lt;any&gt; &amp; every picture/);
});

test('every point can be read again from the results', async (context) => {
  const { results } = await report(context);
  assert.deepEqual(JSON.parse(results), {
    environment: [{ name: 'Machine', value: '2 × Example CPU' }],
    sections: [section],
  });
});

async function report(context: TestContext) {
  const directory = await mkdtemp(path.join(tmpdir(), 'plateline-report-'));
  context.onTestFinished(() => rm(directory, { recursive: true }));
  await writeReport(directory, [section], [{ name: 'Machine', value: '2 × Example CPU' }]);
  const read = (name: string) => readFile(path.join(directory, name), 'utf8');
  return {
    page: await read('report.html'),
    markdown: await read('results.md'),
    results: await read('results.json'),
  };
}
