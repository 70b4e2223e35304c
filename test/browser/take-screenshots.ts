// npm run screenshots: takes the pictures of docs/console/ again, with drawn cars.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { eventually } from '../eventually.ts';
import { openBrowser } from './open-browser.ts';
import { startSampleConsole } from './sample-console.ts';

const folder = process.argv[2] ?? fileURLToPath(new URL('../../docs/console/', import.meta.url));

const desktop = { width: 1200, height: 800 };
const phone = { width: 390, height: 800 };

type Shot = {
  readonly name: string;
  readonly path: string;
  readonly language: 'ko' | 'en';
  readonly theme: 'dark' | 'light';
  readonly size: { readonly width: number; readonly height: number };
  readonly open?: (page: Page) => Promise<void>;
};

const openFirst = async (page: Page) => {
  await page.getByRole('link', { name: '123가4567' }).first().click();
  await page.locator('.viewer-sheet img').waitFor();
};

const shots: readonly Shot[] = [
  { name: 'live', path: '/', language: 'en', theme: 'light', size: desktop },
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
    name: 'picture-phone',
    path: '/search?plate=4567',
    language: 'ko',
    theme: 'dark',
    size: phone,
    open: openFirst,
  },
];

await mkdir(folder, { recursive: true });
const samples = await startSampleConsole();
const running = await samples.startConsole();
const browser = await openBrowser();
try {
  const context = await browser.newContext();
  await (await context.newPage()).goto(running.address, { waitUntil: 'load' });
  const { origin } = new URL(running.address);
  for (const { name, path, language, theme, size, open } of shots) {
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
    await page.locator('.record').first().waitFor();
    await open?.(page);
    await eventually(
      'every image',
      async () =>
        (await page.evaluate('[...document.images].every(({ complete }) => complete)')) === true || undefined,
    );
    await page.screenshot({ path: `${folder}/${name}.png` });
    await page.close();
  }
} finally {
  await browser.close();
  await running.close();
  await samples.stop();
}
console.log(`${shots.length} screenshots are in ${folder}`);
