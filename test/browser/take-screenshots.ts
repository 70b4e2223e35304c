// npm run screenshots: takes the pictures of docs/console/ again, with drawn cars.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { readSample } from '../../infra/local/samples/samples.ts';
import { putItems } from '../cli/put-items.ts';
import { eventually } from '../eventually.ts';
import { openBrowser } from './open-browser.ts';
import { startSampleConsole, type SampleConsole } from './sample-console.ts';
import { addMonthOfUsage } from './usage-samples.ts';
import { addVisits } from './visit-samples.ts';
import { addWaitingPictures } from './waiting-samples.ts';

const folder = process.argv[2] ?? fileURLToPath(new URL('../../docs/console/', import.meta.url));

const desktop = { width: 1200, height: 800 };
const phone = { width: 390, height: 800 };

type Shot = {
  readonly name: string;
  readonly path: string;
  readonly language: 'ko' | 'en';
  readonly theme: 'dark' | 'light';
  readonly size: { readonly width: number; readonly height: number };
  /** Before the page is opened. */
  readonly prepare?: (samples: SampleConsole) => Promise<void>;
  readonly open?: (page: Page) => Promise<void>;
};

const openFirst = async (page: Page) => {
  await page.getByRole('link', { name: '123가4567' }).first().click();
  await page.locator('.viewer-sheet img').waitFor();
};

const showDeadLetters = async (page: Page) => {
  await page.getByRole('button', { name: 'Show why' }).click();
  await page.locator('.example').first().waitFor();
};

const waitForViewer = async (page: Page) => {
  await page.locator('.viewer-sheet img').waitFor();
};

const uploadSamples = async (page: Page) => {
  await page.locator('input[type=file]').setInputFiles(
    ['day.jpg', 'night.jpg', 'electric.png', 'empty-road.png'].map((name) => ({
      name,
      mimeType: 'image/jpeg',
      buffer: Buffer.from(readSample(name)),
    })),
  );
  await page.locator('.upload .viewer-sheet img').nth(3).waitFor();
};

/** A list of residents and one of blocked cars, whose entry matches a look-alike among the samples. */
const addLists = async ({ dynamodb, stack }: SampleConsole) => {
  const entry = (list: string, plateKey: string, more: object) => ({
    ...{ list, item: `entry#${plateKey}`, plateKey },
    ...more,
  });
  const cars = ['123가4567', '361소9024', '245러6789', '12하3456', '서울12바5215', '78라9012'];
  await putItems(dynamodb, stack.listsTableName, [
    { list: 'blocked', item: 'settings', kind: 'seen', strength: 'look-alikes' },
    entry('blocked', '12거3456', { note: 'unpaid since May' }),
    {
      list: 'residents',
      item: 'settings',
      kind: 'unlisted',
      strength: 'look-alikes',
      cameras: ['gate-north'],
    },
    ...cars.map((plate, number) => entry('residents', plate, { note: `flat ${101 + number}` })),
    entry('residents', '34나5678', {
      ...{ note: 'plumber', days: ['mon', 'tue', 'wed', 'thu', 'fri'], hours: '08:00-18:00' },
      validUntil: '2027-01-31T14:59:59.999Z',
    }),
  ]);
};

const openImport = async (page: Page) => {
  await page.getByText('Import CSV').click();
  const csv = 'plate,note\n56다7890,flat 108\n78라90*2,flat 109\n34나5678,electrician\n';
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'residents.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.locator('.preview').waitFor();
};

const shots: readonly Shot[] = [
  { name: 'live', path: '/', language: 'en', theme: 'light', size: desktop, prepare: addLists },
  { name: 'live-dark', path: '/', language: 'ko', theme: 'dark', size: desktop },
  { name: 'live-phone', path: '/', language: 'ko', theme: 'light', size: phone },
  { name: 'search', path: '/search?plate=3456', language: 'en', theme: 'light', size: desktop },
  {
    name: 'picture',
    path: '/search?plate=4567',
    language: 'en',
    theme: 'light',
    size: desktop,
    open: openFirst,
  },
  {
    name: 'review',
    path: '/review',
    language: 'en',
    theme: 'light',
    size: desktop,
    open: waitForViewer,
  },
  {
    name: 'review-phone',
    path: '/review',
    language: 'ko',
    theme: 'dark',
    size: phone,
    open: waitForViewer,
  },
  {
    name: 'picture-phone',
    path: '/search?plate=4567',
    language: 'ko',
    theme: 'dark',
    size: phone,
    open: openFirst,
  },
  {
    name: 'visits',
    path: '/visits?site=car-park',
    language: 'en',
    theme: 'light',
    size: desktop,
    prepare: (samples) => addVisits(samples, Date.now()),
  },
  { name: 'visits-phone', path: '/visits?site=car-park', language: 'ko', theme: 'dark', size: phone },
  { name: 'on-site', path: '/on-site?site=car-park', language: 'en', theme: 'light', size: desktop },
  { name: 'on-site-phone', path: '/on-site', language: 'ko', theme: 'dark', size: phone },
  {
    name: 'usage',
    path: '/usage',
    language: 'en',
    theme: 'light',
    size: desktop,
    prepare: (samples) => addMonthOfUsage(samples, Date.now()),
  },
  { name: 'usage-phone', path: '/usage', language: 'ko', theme: 'dark', size: phone },
  { name: 'cameras', path: '/cameras?camera=gate-east', language: 'en', theme: 'light', size: desktop },
  { name: 'cameras-phone', path: '/cameras', language: 'ko', theme: 'dark', size: phone },
  { name: 'lists', path: '/lists', language: 'en', theme: 'light', size: desktop },
  {
    name: 'list',
    path: '/lists?list=residents',
    language: 'en',
    theme: 'light',
    size: desktop,
    open: openImport,
  },
  { name: 'list-phone', path: '/lists?list=residents', language: 'ko', theme: 'dark', size: phone },
  {
    name: 'upload',
    path: '/upload',
    language: 'en',
    theme: 'light',
    size: desktop,
    open: uploadSamples,
  },
  { name: 'upload-phone', path: '/upload', language: 'ko', theme: 'dark', size: phone },
  {
    name: 'waiting',
    path: '/waiting',
    language: 'en',
    theme: 'light',
    size: desktop,
    prepare: (samples) => addWaitingPictures(samples, { nowMs: Date.now() }),
    open: showDeadLetters,
  },
  {
    name: 'waiting-phone',
    path: '/waiting',
    language: 'ko',
    theme: 'dark',
    size: phone,
  },
];

await mkdir(folder, { recursive: true });
const samples = await startSampleConsole();
const running = await samples.startConsole('kim');
const browser = await openBrowser();
try {
  const context = await browser.newContext();
  await (await context.newPage()).goto(running.address, { waitUntil: 'load' });
  const { origin } = new URL(running.address);
  for (const { name, path, language, theme, size, prepare, open } of shots) {
    await prepare?.(samples);
    const page = await context.newPage();
    await page.setViewportSize(size);
    await page.addInitScript(
      ([toLanguage, toTheme]) => {
        localStorage.setItem('language', toLanguage);
        localStorage.setItem('theme', toTheme);
      },
      [language, theme] as const,
    );
    await page.goto(origin + path, { waitUntil: 'load' });
    await page.locator('.record, .chart canvas, .drop, .table-window').first().waitFor();
    await open?.(page);
    await eventually(
      'every image',
      async () =>
        (await page.evaluate('[...document.images].every(({ complete }) => complete)')) === true || undefined,
    );
    await page.evaluate('scrollTo(0, 0)');
    await page.screenshot({ path: `${folder}/${name}.png` });
    await page.close();
  }
} finally {
  await browser.close();
  await running.close();
  await samples.stop();
}
console.log(`${shots.length} screenshots are in ${folder}`);
