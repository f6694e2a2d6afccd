import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../e2e/browser.ts';
import { indexed, indexedPng } from './indexed-png.ts';
import { pageOf, type Shown } from './page.ts';
import { MADE_FROM, PICTURES, SHOWN } from './places.ts';

/** The points of a picture, four bytes each: the browser reads what it drew. */
const pointsOf = async (page: Page, png: Buffer): Promise<{ rgba: Buffer; width: number }> => {
  const read = await page.evaluate(READ, png.toString('base64'));
  return { rgba: Buffer.from(read.bytes, 'base64'), width: read.width };
};

/** Runs in the page, whose names are not known here. */
const READ = new Function(
  'base64',
  `return (async () => {
    const image = await createImageBitmap(await (await fetch('data:image/png;base64,' + base64)).blob());
    const { width, height } = image;
    const canvas = new OffscreenCanvas(width, height).getContext('2d');
    canvas.drawImage(image, 0, 0);
    const { data } = canvas.getImageData(0, 0, width, height);
    let bytes = '';
    for (let at = 0; at < data.length; at += 30000) bytes += String.fromCharCode(...data.subarray(at, at + 30000));
    return { width, bytes: btoa(bytes) };
  })()`,
) as (base64: string) => Promise<{ width: number; bytes: string }>;

const TALL = ['help', 'in-full'];

/** Higher ones are drawn with fewer points, so that none weighs much more than another. */
const HIGH = 600;

const openPage = (browser: Browser, deviceScaleFactor: number): Promise<Page> =>
  browser.newPage({ deviceScaleFactor, viewport: { width: 1100, height: 800 } });

const heightOf = async (page: Page, html: string): Promise<number> => {
  await page.setContent(html);
  return (await page.locator('main').boundingBox())?.height ?? 0;
};

/** Draws every card and message, each into a picture of its own, and notes what it was made from. */
const shoot = async (): Promise<void> => {
  const browser = await openBrowser();
  const pages = { fine: await openPage(browser, 1.25), plain: await openPage(browser, 1) };
  const made: Record<string, string> = {};
  await rm(PICTURES, { recursive: true, force: true });
  await mkdir(PICTURES, { recursive: true });
  for (const file of (await readdir(SHOWN)).sort()) {
    const text = await readFile(join(SHOWN, file), 'utf8');
    const name = file.replace(/\.json$/, '');
    const html = pageOf(JSON.parse(text) as Shown, TALL.includes(name)); // the test wrote it
    const page = (await heightOf(pages.plain, html)) > HIGH ? pages.plain : pages.fine;
    await page.setContent(html);
    const { rgba, width } = await pointsOf(page, await page.locator('main').screenshot());
    await writeFile(join(PICTURES, `${name}.png`), indexedPng(indexed(rgba, width)));
    made[name] = createHash('sha256').update(text).digest('hex');
  }
  await browser.close();
  await writeFile(MADE_FROM, `${JSON.stringify(made, null, 2)}\n`);
};

await shoot();
