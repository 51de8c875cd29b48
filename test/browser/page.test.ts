import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import type { PageData } from '../../lib/page/data/page-data';
import { printPage } from '../../lib/page/page';
import { planBursts } from '../../lib/plan/burst';
import { printDiffJson } from '../../lib/report/diff-json';
import { printJson } from '../../lib/report/json';
import { diffOf } from '../diff/revisions';
import { edited, FLEET } from '../fixtures/files';
import { clusterOf, pageOf } from '../page/page-of';
import { type OpenPage, openPage, startBrowser } from './open-page';

/** A fleet with an error, tags and names that try to be more than text, and what it was before. */
const EVIL = `<img src=x onerror="document.title='hit'">`;
const FILES = edited(
  FLEET,
  ['arm64-spot/configmap.yaml', 'concurrent = 20', 'concurrent = 40'],
  ['arm64-spot/configmap.yaml', 'limit = 20', 'limit = 40'],
  ['arm64-on-demand/configmap.yaml', '"kubernetes.io/arch" = "arm64"', '"kubernetes.io/arch" = "arm"'],
  ['amd64-on-demand/configmap.yaml', 'tags: amd64,x86,', `tags: amd64,${EVIL},`],
);
const DATA = pageOf(FILES, FLEET);
const TEXT = printPage(DATA);

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
let open: OpenPage;
let page: Page;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  open = await openPage(browser, TEXT);
  page = open.page;
});
afterEach(() => page.context().close());

const shownRows = () =>
  page.$$eval('#runner-table tbody tr:not([hidden]) > th', (cells) =>
    cells.map((cell) => cell.firstChild?.textContent),
  );
const textOf = (selector: string) => page.$eval(selector, (element) => element.textContent?.trim() ?? '');
const tag = (name: string) => page.locator(`#tags [data-tag="${name}"]`);
const colours = () => page.$eval('body', (body) => getComputedStyle(body).backgroundColor);

test('nothing is loaded, nothing fails, and no name runs as a script', async () => {
  await page.locator('#search').fill('amd64');
  expect(open.requests).toEqual([]);
  expect(open.errors).toEqual([]);
  expect(await page.title()).toBe(DATA.title);
  expect(await page.locator('img').count()).toBe(0);
});

test('a script that came in by whatever way is refused by the policy of the page', async () => {
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = "document.title = 'hit'";
    document.body.append(script);
  });
  expect(await page.title()).toBe(DATA.title);
  expect(open.errors.join()).toContain('Content Security Policy');
});

test('tags of a job leave the runners that have all of them, in the map and in the table', async () => {
  await tag('arm64').click();
  await tag('spot').click();
  expect(await textOf('#answer')).toBe('1 of 4 runners takes a job with the tags arm64, spot.');
  expect(await shownRows()).toEqual(['acme-arm64-spot']);
  expect(
    await page.$$eval('#map .node:not([hidden]) b', (names) => names.map((name) => name.textContent)),
  ).toEqual(['acme-arm64-spot', 'gitlab-jobs-arm64-spot', expect.stringMatching(/^\w+\.large$/)]);
  expect(await page.locator('#map path').count()).toBe(2);
  await tag('amd64').click();
  expect(await textOf('#answer')).toBe(
    'No runner takes a job with the tags amd64, arm64, spot: it would stay pending.',
  );
  expect(await shownRows()).toEqual([]);
  await page.locator('#no-tags').click();
  expect(await shownRows()).toHaveLength(4);
});

test('words find runners by name, tag, pool and type', async () => {
  for (const [words, count] of [
    ['spot', 2],
    ['GRAVITON spot', 1],
    ['gitlab-jobs-amd64-spot', 1],
    ['nothing-of-the-kind', 0],
  ] as const) {
    await page.locator('#search').fill(words);
    expect([words, (await shownRows()).length, await textOf('#found')]).toEqual([
      words,
      count,
      `${count} of 4`,
    ]);
  }
});

test('the answer says what Find leaves of the runners that take a job', async () => {
  await tag('spot').click();
  await page.locator('#search').fill('arm64');
  expect(await textOf('#answer')).toBe(
    '2 of 4 runners take a job with the tag spot. 1 of them matches "arm64" in Find.',
  );
  await page.locator('#search').fill('nothing-of-the-kind');
  expect(await textOf('#answer')).toContain('None of them matches "nothing-of-the-kind" in Find');
});

test('a job of a size is taken by the runners that accept it', async () => {
  await page.locator('#cpu').fill('1');
  expect(await textOf('#answer')).toMatch(/^\d of 4 runners takes? a job with a request of 1 CPU\./);
  await page.locator('#memory').fill('100000');
  expect(await textOf('#answer')).toMatch(
    /^No runner takes a job with a request of 1 CPU and a request of 100000 GiB/,
  );
});

test('a runner in the map lights the type of its job alone', async () => {
  await page.locator('#map-runners .node').first().hover();
  expect(await page.locator('#map path.on[data-of*="runner-"]').count()).toBe(2);
});

test('why pools take a job stands below its row, and returns into it', async () => {
  const summary = page.locator('#runner-table tbody summary').first();
  await summary.click();
  expect(await page.locator('#runner-table .unfolded .why').count()).toBe(1);
  await tag('spot').click();
  await page.locator('#no-tags').click();
  expect(await page.locator('#runner-table .unfolded .why').count()).toBe(1);
  await summary.click();
  expect(await page.locator('#runner-table .unfolded').count()).toBe(0);
});

test('every heading sorts, up and down, and says so; what has no figure is last', async () => {
  const headings = await page.$$eval('#runner-table thead th', (cells) =>
    cells.map((cell) => cell.textContent),
  );
  for (const [index, heading] of headings.entries()) {
    const button = page.locator('#runner-table thead th').nth(index);
    for (const order of ['ascending', 'descending']) {
      await button.locator('button').click();
      expect([heading, await button.getAttribute('aria-sort')]).toEqual([heading, order]);
    }
  }
  await page.locator('#runner-table thead th', { hasText: 'Jobs at once' }).locator('button').click();
  expect((await shownRows()).at(-1)).toBe('acme-arm64-spot');
  await page.locator('#runner-table thead th', { hasText: 'USD/min alone' }).locator('button').click();
  expect((await shownRows()).at(-1)).toBe('acme-arm64-on-demand');
  await page.locator('#runner-table thead th', { hasText: 'USD/min alone' }).locator('button').click();
  expect((await shownRows()).at(-1)).toBe('acme-arm64-on-demand');
});

test('the table has the figures of check', async () => {
  const { runners, findings, counts } = JSON.parse(printJson([clusterOf(FILES).report])).clusters[0];
  const rows = await page.$$eval('#runner-table tbody tr', (all: HTMLTableRowElement[]) =>
    all.map((row) => [
      row.cells[0].firstChild?.textContent,
      row.cells[3].textContent,
      row.cells[4].firstElementChild?.firstChild?.textContent,
      row.cells[6].textContent,
      row.cells[7].textContent,
    ]),
  );
  expect(rows).toEqual(
    runners.map(
      (row: {
        name: string;
        concurrency: number;
        verdict: string;
        cheapest?: { type: string; usdPerMinute: number };
      }) => [
        row.name,
        row.cheapest?.type ?? '-',
        row.cheapest?.usdPerMinute.toFixed(5) ?? '-',
        String(row.concurrency),
        row.verdict,
      ],
    ),
  );
  const places = await page.$$eval('.finding .facts div:first-child code', (all) =>
    all.map((one) => one.textContent),
  );
  expect(places).toEqual(findings.map(({ file, line }: { file: string; line: number }) => `${file}:${line}`));
  expect(await textOf('.figures .sub:last-child >> nth=-1')).toContain(`${counts.error} error`);
});

test('every stop of the slider shows what plan says', async () => {
  const { subject } = clusterOf(FILES);
  for (const runner of ['acme-amd64-spot', 'acme-arm64-spot']) {
    await page.locator('#planned').selectOption({ label: runner });
    const { stops } = DATA.bursts.find(({ runners }) =>
      runners.includes(runner),
    ) as PageData['bursts'][number];
    expect(await page.locator('#jobs').getAttribute('max')).toBe(String(stops.length - 1));
    for (const index of [0, 9, stops.length - 1]) {
      await page.locator('#jobs').fill(String(index));
      const { jobs } = stops[index];
      const [plan] = planBursts(subject, { jobs, minutes: 5, requestSeconds: 0.5 }, runner);
      const figures = await page.$$eval('#plan-figures tbody tr', (rows) =>
        rows.map((row) => row.lastElementChild?.textContent?.replaceAll(',', '')),
      );
      expect(figures.slice(0, 2)).toEqual([
        plan.machines.map(({ name, count }) => `${count} x ${name}`).join('\n'),
        plan.usdPerHour.toFixed(2),
      ]);
      expect(figures.slice(3, 5)).toEqual([String(plan.vcpus), String(plan.addresses)]);
      const [first] = plan.terms;
      expect(await textOf('#plan-verdict')).toBe(
        first.allows < jobs
          ? `${first.allows} of ${jobs} jobs run at once, ${jobs - first.allows} wait.`
          : jobs === 1
            ? 'The job runs.'
            : `All ${jobs} run at once.`,
      );
      expect(await textOf('#plan-reason')).toContain(`${first.name}: ${first.because}`);
      expect(await page.locator('#jobs').getAttribute('aria-valuetext')).toBe(
        jobs === 1 ? '1 job' : `${jobs} jobs`,
      );
    }
  }
});

test('the change has the impacts and effects of diff, before and after side by side', async () => {
  const [json] = JSON.parse(printDiffJson([diffOf(FLEET, FILES)])).clusters;
  const told = await page.$$eval('.impact', (all) =>
    all.flatMap((one) =>
      [...one.querySelectorAll('.objects code')].map(
        (object) => `${one.querySelector('.why code')?.textContent} ${object.textContent}`,
      ),
    ),
  );
  expect(told.sort()).toEqual(
    json.impacts.map((one: Record<string, string>) => `${one.rule} ${one.object}`).sort(),
  );
  const jobs = await page.$$eval('#effects tbody tr:nth-child(2)', (rows) =>
    rows.map((row) => [row.children[1].textContent, row.children[2].textContent]),
  );
  expect(jobs).toEqual(
    json.effects.map(({ before, after }: Record<string, { jobs: number }>) => [
      String(before.jobs),
      String(after.jobs),
    ]),
  );
});

test('colours follow the system, the switch overrules it, and a choice is remembered', async () => {
  const light = await colours();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await colours();
  expect(dark).not.toBe(light);
  await page.locator('#theme label', { hasText: 'light' }).click();
  expect(await colours()).toBe(light);
  await page.reload();
  expect(await colours()).toBe(light);
  await page.locator('#theme label', { hasText: 'dark' }).click();
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await colours()).toBe(dark);
  await page.locator('#theme label', { hasText: 'auto' }).click();
  expect(await colours()).toBe(light);
});

test('all of it can be done from the keyboard', async () => {
  const press = (...keys: readonly string[]) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const focused = () =>
    page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent);
  await press('Tab');
  expect(await focused()).toBe('Skip to the runners');
  await press('Enter');
  expect(await focused()).toBe('main');
  await tag('spot').focus();
  await press('Space');
  expect(await shownRows()).toHaveLength(2);
  await press('Enter');
  expect(await shownRows()).toHaveLength(4);
  await page.locator('#runner-table thead button').first().focus();
  await press('Enter', 'Enter');
  expect((await shownRows())[0]).toBe('acme-arm64-spot');
  await page.locator('#jobs').focus();
  await press('Home');
  expect(await textOf('#jobs-shown')).toBe('1');
  await press('ArrowRight', 'ArrowRight');
  expect(await textOf('#jobs-shown')).toBe('3');
  await page.locator('.pool summary').first().focus();
  await press('Enter');
  expect(await page.locator('.pool').first().getAttribute('open')).not.toBeNull();
  await page.locator('#theme input').first().focus();
  await press('ArrowRight');
  expect(await page.locator('#theme input:checked').getAttribute('value')).toBe('light');
});

test('a link of the map opens the pool that it leads to', async () => {
  await page.locator('#map-pools a').first().click();
  const name = await textOf('#map-pools a >> nth=0');
  expect(await page.locator('.pool[open] > summary b').textContent()).toBe(name);
});

test.each([
  ['a desktop', 1280, 'light'],
  ['a desktop', 1280, 'dark'],
  ['a phone', 390, 'light'],
  ['a phone', 390, 'dark'],
] as const)(
  'axe finds nothing wrong on %s (%d pixels, %s), with everything unfolded',
  async (_, width, scheme) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    await page.$$eval('details', (all) => {
      for (const one of all) one.open = true;
    });
    await tag('spot').click();
    await page.evaluate(AXE);
    const violations = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: {
          run(): Promise<{
            violations: { id: string; nodes: { target: unknown; failureSummary: string }[] }[];
          }>;
        };
      };
      const found = await axe.run();
      return found.violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => [id, String(node.target), node.failureSummary]),
      );
    });
    expect(violations).toEqual([]);
  },
);

test.each([1280, 768, 390, 320])('nothing stands out of a window of %d pixels', async (width) => {
  await page.setViewportSize({ width, height: 900 });
  const [needed, there] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(needed).toBeLessThanOrEqual(there);
});

test('on paper there are all rows and no controls, whatever the colours of the screen', async () => {
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  for (const selector of ['nav', '#theme', '#search', '#cpu', '#tags'])
    expect(await page.locator(selector).isVisible()).toBe(false);
  expect(await page.locator('#runner-table tbody tr:visible').count()).toBe(4);
  expect(await colours()).toBe('rgba(0, 0, 0, 0)');
  expect((await page.pdf()).length).toBeGreaterThan(10_000);
});

test('without scripts, runners, pools, what binds, findings and needs are all there', async () => {
  const { page: plain } = await openPage(browser, TEXT, { javaScriptEnabled: false });
  expect(await plain.locator('#runner-table tbody tr').count()).toBe(4);
  expect(await plain.locator('#allowed-title').isVisible()).toBe(true);
  for (const control of ['#planner', '#tags', '#search', '#cpu'])
    expect([control, await plain.locator(control).isVisible()]).toEqual([control, false]);
  expect(await plain.locator('#runner-table thead button:enabled').count()).toBe(0);
  await plain.context().close();
});

test('a thousand runners are found and sorted within 100 ms', async () => {
  const [runner] = DATA.runners;
  const runners = Array.from({ length: 1000 }, (_, index) => ({
    ...runner,
    name: `runner-${(index * 7919) % 1000}`,
    tags: [...runner.tags, `team-${index % 50}`],
    usdAlone: ((index * 7919) % 997) / 1e6,
  }));
  const { page: large } = await openPage(browser, printPage({ ...DATA, runners }));
  expect(await large.locator('#runner-table tbody tr:visible').count()).toBe(50);
  const find = (text: string) => {
    const search = document.getElementById('search') as HTMLInputElement;
    search.value = text;
    search.dispatchEvent(new Event('input'));
  };
  const click = (selector: string) => document.querySelector<HTMLButtonElement>(selector)?.click();
  const times = {
    find: await cpuOf(large, () => large.evaluate(find, 'team-7')),
    all: await cpuOf(large, () => large.evaluate(find, '')),
    sort: await cpuOf(large, () => large.evaluate(click, '#runner-table thead th:nth-child(5) button')),
    tag: await cpuOf(large, () => large.evaluate(click, '#tags [data-tag="amd64"]')),
  };
  expect(await large.locator('#runner-table tbody tr:visible').count()).toBe(50);
  console.info(`milliseconds for 1,000 runners: ${JSON.stringify(times)}`);
  for (const [what, time] of Object.entries(times)) expect([what, time < 100]).toEqual([what, true]);
  await large.locator('#all-rows').click();
  await large.context().close();
});

/** Milliseconds of the processor that a page takes for something, script, style and layout together: other programs share the machine. */
async function cpuOf(of: Page, act: () => Promise<unknown>): Promise<number> {
  const session = await of.context().newCDPSession(of);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spent = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
  };
  const before = await spent();
  await act();
  // The frame that shows it.
  await of.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const after = await spent();
  await session.detach();
  return after - before;
}
