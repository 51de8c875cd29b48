import { createHash } from 'node:crypto';
import { CONTROLS, isPage, printPage } from '../../lib/page/page';
import { edited, FLEET, without } from '../fixtures/files';
import { pageOf } from './page-of';

const PAGE = printPage(pageOf(FLEET));

test('the same fleet makes the same page', () => {
  expect(printPage(pageOf(FLEET))).toBe(PAGE);
});

test('the page of the fleet is less than 400 kB', () => {
  expect(Buffer.byteLength(PAGE)).toBeLessThan(400_000);
});

test('it loads nothing: no address, no element that fetches, and a policy that allows its own script and style alone', () => {
  expect(PAGE).not.toMatch(/<(link|img|iframe|object|embed|form [^>]*action|base|video|audio|source)\b/i);
  expect(PAGE.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(
    /\b(https?:)?\/\/\w+\.\w+\/|url\(|@import/,
  );
  const [, policy] = /Content-Security-Policy" content="([^"]+)"/.exec(PAGE) ?? [];
  const allowed = (element: string) => {
    const [, text] = new RegExp(`<${element}>([\\s\\S]*?)</${element}>`).exec(PAGE) ?? [];
    return `&#39;sha256-${createHash('sha256').update(text).digest('base64')}&#39;`;
  };
  expect(policy.split('; ')).toEqual([
    'default-src &#39;none&#39;',
    `style-src ${allowed('style')}`,
    `script-src ${allowed('script')}`,
    'base-uri &#39;none&#39;',
    'form-action &#39;none&#39;',
  ]);
});

test('no control names anything outside of itself: its own text is what runs in the browser', () => {
  for (const control of CONTROLS) {
    const text = String(control);
    expect(text).toMatch(/^function \w+\(\) \{/);
    // What the compiler makes of an import.
    expect(text).not.toMatch(/\b\w+_\d+\.|\brequire\(|\b__\w+/);
  }
});

test('whatever names and tags hold stays text', () => {
  const evil = '</script><img src=x onerror=alert(1)>';
  const files = edited(
    FLEET,
    ['amd64-spot/configmap.yaml', 'tags: amd64,x86,x86-64,x86_64,spot', `tags: '${evil}'`],
    ['amd64-spot/configmap.yaml', 'name = "acme-amd64-spot"', `name = '"><svg onload=1>'`],
    [
      'nodepool-gitlab-jobs-arm64-spot.yaml',
      'name: gitlab-jobs-arm64-spot',
      `name: '" autofocus onfocus="x'`,
    ],
  );
  const page = printPage(pageOf(files, FLEET));
  expect(page).toContain('&lt;/script&gt;&lt;img src=x');
  // Within the data for the script a quote is one of JSON.
  const [before, , after] = page.split(/(<script type="application\/json"[^<]*<\/script>)/);
  expect(before + after).not.toMatch(/<img|<svg onload|" autofocus/);
  expect(page.match(/<script/g)).toHaveLength(2);
});

test('every part has its heading and a link to it, and the change is a part only where something is compared', () => {
  const links = (page: string) => [...page.matchAll(/<li><a href="#(\w+)">/g)].map(([, id]) => id);
  expect(links(PAGE)).toEqual(['runners', 'pools', 'load', 'costs', 'findings', 'needs']);
  for (const id of links(PAGE)) expect(PAGE).toContain(`<h2 id="${id}-title">`);
  expect(links(printPage(pageOf(FLEET, FLEET)))).toContain('change');
});

test('a finding shows its line, what to do, and the page of its rule once', () => {
  const files = edited(FLEET, [
    'arm64-spot/configmap.yaml',
    '"kubernetes.io/arch" = "arm64"',
    '"kubernetes.io/arch" = "arm"',
  ]);
  const data = pageOf(files);
  const page = printPage(data);
  const [finding] = data.findings.filter(({ rule }) => rule === 'lands/job');
  expect(finding.severity).toBe('error');
  expect(page).toContain(`<code>${finding.file}:${finding.line}</code>`);
  expect(page.match(/<details class="explain" id="rule-lands\/job">/g)).toHaveLength(1);
});

test('a fleet without runners, and one without pools, have a page too', () => {
  const empty = printPage(pageOf(without(FLEET, '/runners/')));
  expect(empty).toContain('No runner here has jobs that land');
  expect(empty).toContain('No runner is here.');
  expect(empty).not.toMatch(/Nothing is found|All 0 runners/);
  expect(printPage(pageOf(without(FLEET, '/karpenter/')))).toContain('No NodePool is here.');
});

test('the page says what made it, so that no other page is overwritten', () => {
  expect(isPage(PAGE)).toBe(true);
  expect(
    isPage(
      `<!doctype html><title>Ours</title>${'x'.repeat(3000)}<meta name="generator" content="runner-fleet page">`,
    ),
  ).toBe(false);
});

test('fleets that share nothing are said to share nothing', () => {
  const data = { ...pageOf(FLEET), apart: ['Apart: production and protected share no node.'] };
  expect(printPage(data)).toContain('Apart: production and protected share no node.');
});

test('a runner that waits for its token is said to take no job', () => {
  const data = pageOf(FLEET);
  const runners = data.runners.map((runner, index) => ({
    ...runner,
    waitsFor: index === 0 ? 'its token' : undefined,
  }));
  const page = printPage({ ...data, runners });
  expect(page.match(/waits for its token: takes no job yet/g)).toHaveLength(1);
  expect(page).toContain('1 runner waits for a token or a pull secret');
});

test('tags beyond the buttons can be chosen in a field', () => {
  const data = pageOf(FLEET);
  const tags = Array.from({ length: 70 }, (_, index) => `tag-${index}`);
  const page = printPage({ ...data, runners: [{ ...data.runners[0], tags }] });
  expect(page).toContain('<label for="other-tag">10 more tags</label>');
  expect(page.match(/<option value="tag-/g)).toHaveLength(10);
});
