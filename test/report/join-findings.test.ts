import type { FieldOfManifest, Finding } from '../../lib/checks/finding';
import { chartValueOf } from '../../lib/cluster/helm-values';
import { parseManifests } from '../../lib/cluster/parse';
import { joinFindings } from '../../lib/report/join-findings';

const place = (name: string, labels = ''): FieldOfManifest => {
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, labels: { ${labels} } }\n`;
  return { manifest: parseManifests([{ path: `${name}.yaml`, text }]).manifests[0], path: ['data'] };
};
const finding = (at: FieldOfManifest, change: Partial<Finding> = {}): Finding => ({
  id: 'in-time/poll-timeout',
  severity: 'warning',
  at,
  found: '180',
  why: `jobs of ${at.manifest.name} fail`,
  fix: 'write 600',
  ...change,
});
const names = (findings: readonly Finding[]) =>
  findings.map(({ at, also = [] }) => [at, ...also].map(({ manifest }) => manifest.name));

test('one cause is one finding with every object that it touches, in the words of the first', () => {
  const joined = joinFindings([finding(place('a')), finding(place('b')), finding(place('c'))], []);
  expect(names(joined)).toEqual([['a', 'b', 'c']]);
  expect(joined[0].why).toBe('jobs of a fail');
});

test('reasons that name runners are one reason', () => {
  const at = place('shared');
  const joined = joinFindings(
    [finding(at, { why: 'runner red waits' }), finding(at, { why: 'runner red-2 waits' })],
    ['red', 'red-2'],
  );
  expect(names(joined)).toEqual([['shared']]);
});

test.each([
  ['another value', { found: '60' }],
  ['another reason', { why: 'nodes start late' }],
  ['another fix', { fix: 'write 900' }],
  ['another rule', { id: 'in-time/grace' }],
  ['another severity', { severity: 'error' }],
] as const)('%s is another finding', (_, change) => {
  expect(joinFindings([finding(place('a')), finding(place('b'), change)], [])).toHaveLength(2);
});

test.each([
  ['chart: gitlab-runner-0.86.0', 'ConfigMap', ['data', 'config.template.toml'], 'runners.config'],
  ['helm.sh/chart: gitlab-runner-0.86.0', 'Role', ['rules', 0], 'rbac.rules'],
  [
    'chart: gitlab-runner-0.86.0',
    'Deployment',
    ['spec', 'template', 'spec', 'containers', 0, 'image'],
    'image',
  ],
  ['chart: gitlab-runner-0.86.0', 'constructor', ['rules'], undefined],
  ['chart: gitlab-runner-exporter-0.1.0', 'Role', ['rules'], undefined],
  ['app: runner', 'Role', ['rules'], undefined],
  [
    'chart: gitlab-runner-0.86.0',
    'Secret',
    ['data', 'runner-registration-token'],
    'runnerRegistrationToken; runners.secret names a Secret that is made elsewhere',
  ],
  [
    'chart: gitlab-runner-0.86.0',
    'Secret',
    ['data', 'runner-token'],
    'runnerToken; runners.secret names a Secret that is made elsewhere',
  ],
])('an object labelled %s has the value of %s', (labels, kind, path, value) => {
  expect(chartValueOf({ ...place('a', labels).manifest, kind }, path)).toBe(value);
});

test('a Secret of the chart as a whole has the value of the key that holds something', () => {
  const secret = place('a', 'chart: gitlab-runner-0.86.0').manifest;
  const chartValue = (data: object) =>
    chartValueOf({ ...secret, kind: 'Secret', body: { ...secret.body, data } }, ['data']);
  expect(chartValue({ 'runner-registration-token': 'YQ==', 'runner-token': '' })).toMatch(
    /^runnerRegistrationToken;/,
  );
  expect(chartValue({ 'runner-registration-token': '', 'runner-token': 'YQ==' })).toMatch(/^runnerToken;/);
});
