import { existsSync, readFileSync } from 'node:fs';
import {
  KARPENTER_FOR_KUBERNETES,
  KARPENTER_FOR_METRICS,
  KARPENTER_RELEASE,
} from '../../lib/karpenter/releases';
import { pinned, SUPPORT_PAGE, supportPage, supportRows } from '../../tools/scripts/support-page';

const read = (path: string) => readFileSync(path, 'utf8');
const rows = supportRows(read);

test('docs/support.md has the releases that are pinned (npm run docs writes them anew)', () => {
  const page = read(SUPPORT_PAGE);
  expect(page).toBe(supportPage(page, rows));
});

test('each row names tests that are there', () => {
  for (const { tests } of rows) expect(tests.filter((path) => !existsSync(path))).toEqual([]);
  expect(rows.every(({ tests }) => tests.length > 0)).toBe(true);
});

test('a release that moves in go.mod moves the row', () => {
  const moved = supportRows((path) =>
    read(path).replaceAll('k8s.io/kubernetes v1.36.3', 'k8s.io/kubernetes v1.37.0'),
  );
  expect(moved.find(({ what }) => what === 'Kubernetes')?.release).toBe('1.37.0');
});

test('a release that is no longer where it is looked for stops the page', () => {
  expect(() => pinned('module x', /v(\d+)/, 'go.mod')).toThrow('go.mod has nothing like');
});

test('Karpenter runs with the release whose CRDs are rendered for, and that upgrade names', () => {
  const karpenter = rows.find(({ what }) => what === 'Karpenter');
  expect(karpenter?.release).toBe(KARPENTER_RELEASE);
  expect(karpenter?.how).toContain(`CRDs of ${KARPENTER_RELEASE} `);
});

test('the page links to nothing outside of docs, which the package does not have', () => {
  expect(read(SUPPORT_PAGE)).not.toContain('](../');
});

test('Prometheus is named by its release, not by the version of its module', () => {
  expect(rows.find(({ what }) => what === 'Prometheus')?.release).toMatch(/^3\.\d{1,2}\.\d+$/);
});

test('the page names the oldest Karpenter with the metrics of monitoring as upgrade does', () => {
  expect(read(SUPPORT_PAGE)).toContain(`metrics of ${KARPENTER_FOR_METRICS.replace(/\.0$/, '')} or newer`);
});

test('the page names the oldest Karpenter for each Kubernetes as upgrade does', () => {
  for (const { kubernetes, karpenter } of KARPENTER_FOR_KUBERNETES)
    expect(read(SUPPORT_PAGE)).toContain(`${kubernetes}: ${karpenter}`);
});
