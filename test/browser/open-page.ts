import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Nothing leaves the machine: no updates, no accounts, no other protocol. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Debian's Chromium, with a new empty profile. `CHROMIUM` names another one. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

/** A page that is open in the browser, and what went wrong or was asked for in it. */
export interface OpenPage {
  readonly page: Page;
  /** Addresses that it asked for besides its own. */
  readonly requests: readonly string[];
  readonly errors: readonly string[];
}

/** Opens the text of a page as a file from the disk, as a reader does with an artifact. */
export async function openPage(
  browser: Browser,
  text: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const folder = mkdtempSync(join(tmpdir(), 'runner-fleet-page-'));
  const file = join(folder, 'index.html');
  writeFileSync(file, text);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const [requests, errors]: string[][] = [[], []];
  const address = pathToFileURL(file).href;
  page.on('request', (request) => request.url().split('#')[0] !== address && requests.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('close', () => rmSync(folder, { recursive: true, force: true }));
  await page.goto(address);
  return { page, requests, errors };
}
