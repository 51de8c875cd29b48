import { runChecks } from '../../lib/checks/all';
import { needsOf } from '../../lib/cluster/needs';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { faultsOf, find, manifests, render, sealedTokens } from '../fleets';

const FLEET: RunnerFleetProps = {
  name: 'production',
  managerNamespace: 'gitlab',
  runners: [
    { name: 'a', arch: 'amd64', capacity: 'spot' },
    { name: 'b', arch: 'amd64', capacity: 'spot', privileged: true, tags: ['docker'], exactTags: true },
  ],
};
const fleetWith = (namespaces: RunnerFleetProps['namespaces'], more: Partial<RunnerFleetProps> = {}) => ({
  ...FLEET,
  ...more,
  namespaces,
});
const SHARED = { name: 'gitlab', existing: true, shared: true };

const observed = (fleet: RunnerFleetProps) =>
  observe(
    parseManifests(render(fleet, sealedTokens(fleet)).map(({ path, text }) => ({ path, text }))).manifests,
  );
const problems = (fleet: RunnerFleetProps) =>
  runChecks(observed(fleet))
    .findings.filter(({ severity }) => severity !== 'note')
    .map(({ id }) => id);

test('policies of a shared namespace hold the pods of the fleet alone', () => {
  const policy = find(manifests(fleetWith([SHARED])), 'NetworkPolicy', 'production-managers', 'gitlab');
  expect(policy.spec.podSelector).toEqual({
    matchLabels: { 'app.kubernetes.io/component': 'manager', 'app.kubernetes.io/part-of': 'production' },
  });
  const others = find(manifests(fleetWith([SHARED])), 'NetworkPolicy', 'default', 'gitlab-jobs');
  expect(others.spec.podSelector).toEqual({});
});

test('the proof sees that they hold managers and jobs', () => {
  const fleet = fleetWith([SHARED, { name: 'gitlab-jobs', shared: true }]);
  expect(problems(fleet)).toEqual([]);
});

test('a shared namespace of jobs has nothing that would bound the pods of others', () => {
  const objects = manifests(fleetWith([{ name: 'gitlab-jobs', shared: true }]));
  const bounds = objects.filter(({ kind }) => ['LimitRange', 'ResourceQuota'].includes(kind));
  expect(new Set(bounds.map(({ metadata }) => metadata.namespace))).toEqual(
    new Set(['gitlab-jobs-privileged']),
  );
});

test('a namespace that exists is not rendered, and needs name the level that its pods ask for', () => {
  const fleet = fleetWith(
    [SHARED, { name: 'gitlab-jobs', existing: true }, { name: 'gitlab-jobs-privileged', existing: true }],
    { existing: ['Secret/gitlab/pull'] },
  );
  expect(manifests(fleet).filter(({ kind }) => kind === 'Namespace')).toEqual([]);
  const needed = needsOf(observed(fleet)).filter(({ kind }) => kind === 'Namespace');
  expect(needed.map(({ askedBy }) => askedBy[0].manifest.kind)).toEqual([
    'ConfigMap',
    'Deployment',
    'ConfigMap',
  ]);
  expect(needed.map(({ name, keys, state }) => [name, keys, state])).toEqual([
    ['gitlab-jobs', ['pod-security.kubernetes.io/enforce: baseline'], 'declared'],
    ['gitlab', ['pod-security.kubernetes.io/enforce: restricted'], 'declared'],
    ['gitlab-jobs-privileged', ['pod-security.kubernetes.io/enforce: privileged'], 'declared'],
  ]);
  const policy = find(manifests(fleet), 'NetworkPolicy', 'production-managers', 'gitlab');
  expect(policy.metadata.annotations['gitlab-runner-fleet/existing']).toBe(
    'Namespace/gitlab, Secret/gitlab/pull',
  );
  expect(problems(fleet)).toEqual([]);
});

test('a namespace enforces the level that is said', () => {
  const level = (namespaces: RunnerFleetProps['namespaces']) =>
    find(manifests(fleetWith(namespaces)), 'Namespace', 'gitlab-jobs').metadata.labels[
      'pod-security.kubernetes.io/enforce'
    ];
  expect(level([])).toBe('baseline');
  expect(level([{ name: 'gitlab-jobs', podSecurity: 'privileged' }])).toBe('privileged');
});

test('jobs with a directory of their node pass the proof where their namespace lets them in', () => {
  const volumes = { host_path: [{ name: 'cache', mount_path: '/cache', host_path: '/var/cache/ci' }] };
  const config = { runner: { kubernetes: { volumes } } };
  const fleet = (podSecurity?: 'privileged') => ({
    ...FLEET,
    runners: [{ name: 'a', arch: 'amd64', capacity: 'spot', config } as const],
    namespaces: [{ name: 'gitlab-jobs', podSecurity }],
  });
  expect(problems(fleet())).toContain('admitted/job-pod');
  expect(problems(fleet('privileged'))).toEqual([]);
  const plain = fleetWith([{ name: 'gitlab-jobs', podSecurity: 'privileged' }]);
  expect(problems(plain)).toEqual(['guarded/job-level']);
});

// biome-ignore format: a table of cases
test.each<[string, RunnerFleetProps['namespaces'], RegExp]>([
  ['a namespace in which nothing runs', [{ name: 'elsewhere' }], /namespaces\[0\] > name: managers and jobs of the fleet are in gitlab, gitlab-jobs, gitlab-jobs-privileged/],
  ['a namespace that is described twice', [SHARED, SHARED], /namespaces\[1\] > name: it is described twice/],
  ['a level of a namespace that others make', [{ ...SHARED, podSecurity: 'restricted' }], /podSecurity: whoever makes the namespace/],
  ['a level that refuses privileged jobs', [{ name: 'gitlab-jobs-privileged', podSecurity: 'baseline' }], /jobs of runner b \(privileged\) are refused/],
])('%s: refused', (_, namespaces, says) => {
  expect(faultsOf(fleetWith(namespaces))).toEqual([expect.stringMatching(says)]);
});
