import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { ManagerProps } from '../../lib/fleet/props/manager';
import type { RunnerProps } from '../../lib/fleet/props/runner';
import { faultsOf, find, type Manifest, manifests, render, sealedTokens } from '../fleets';

const RUNNER: RunnerProps = {
  name: 'a',
  arch: 'amd64',
  capacity: 'spot',
  runnerVersion: '19.4.0',
};
const fleetWith = (manager: ManagerProps, runner: Partial<RunnerProps> = {}): RunnerFleetProps => ({
  name: 'production',
  runners: [{ ...RUNNER, manager, ...runner }],
  existing: ['PriorityClass/ci-managers'],
});
const podOf = (fleet: RunnerFleetProps): Manifest =>
  find(manifests(fleet), 'Deployment', 'runner-a').spec.template;

const MANAGER: ManagerProps = {
  image: 'registry1.example.mil/ironbank/gitlab-runner:ubi-fips-v19.4.0',
  helperImage: 'registry1.example.mil/ironbank/gitlab-runner-helper:x86_64-v19.4.0',
  imagePullPolicy: 'Always',
  podLabels: { 'example.com/team': 'platform' },
  podAnnotations: { 'example.com/scrape': 'yes' },
  priorityClassName: 'ci-managers',
  env: { GODEBUG: 'netdns=go' },
};

test('what managers are given stands in their pods, besides what the fleet gives them', () => {
  const { metadata, spec } = podOf(fleetWith(MANAGER));
  const plain = podOf(fleetWith({}));
  expect(metadata.labels).toEqual({ ...plain.metadata.labels, ...MANAGER.podLabels });
  expect(metadata.annotations).toEqual(MANAGER.podAnnotations);
  expect(plain.metadata).not.toHaveProperty('annotations');
  expect(spec.priorityClassName).toBe('ci-managers');
  const [container] = spec.containers;
  expect([container.image, container.imagePullPolicy]).toEqual([MANAGER.image, 'Always']);
  expect(container.env).toEqual([...plain.spec.containers[0].env, { name: 'GODEBUG', value: 'netdns=go' }]);
});

test('the helper of jobs has the name that is said, and the proof passes', () => {
  const fleet = fleetWith(MANAGER);
  const files = render(fleet, sealedTokens(fleet)).map(({ path, text }) => ({ path, text }));
  const { findings } = runChecks(observe(parseManifests(files).manifests));
  expect(findings.filter(({ severity }) => severity !== 'note').map(({ id }) => id)).toEqual([]);
  expect(files.some(({ text }) => text.includes(`helper_image = "${MANAGER.helperImage}"`))).toBe(true);
});

test('images of another release than the runner are found', () => {
  const fleet = fleetWith({ ...MANAGER, helperImage: 'example.com/helper:x86_64-v18.1.0' });
  const files = render(fleet, sealedTokens(fleet)).map(({ path, text }) => ({ path, text }));
  const { findings } = runChecks(observe(parseManifests(files).manifests));
  expect(findings.map(({ id }) => id)).toContain('architecture/helper-release');
});

test('all runners inherit it, key by key', () => {
  const fleet: RunnerFleetProps = {
    name: 'production',
    runnerDefaults: { manager: { priorityClassName: 'all', podLabels: { a: '1', b: '2' } } },
    runners: [{ ...RUNNER, manager: { priorityClassName: null, podLabels: { b: '3' } } }],
  };
  const { metadata, spec } = podOf(fleet);
  expect(spec).not.toHaveProperty('priorityClassName');
  expect(metadata.labels).toMatchObject({ a: '1', b: '3' });
});

test('a manager that holds room has another id with another pod', () => {
  const prewarm = { jobs: 1, hours: ['* * * * *'], timezone: 'UTC' };
  const ids = [{}, { env: { A: '1' } }, { env: { A: '2' } }].map((manager) => {
    const config = manifests(fleetWith(manager, { prewarm })).find(
      ({ kind, data }) => kind === 'ConfigMap' && data['.runner_system_id'],
    );
    return config.data['.runner_system_id'];
  });
  expect(new Set(ids).size).toBe(3);
});

// biome-ignore format: a table of cases
test.each<[string, ManagerProps, RegExp]>([
  ['an image that moves', { image: 'example.com/runner:latest' }, /manager > image: a floating tag/],
  ['a label of the fleet', { podLabels: { 'app.kubernetes.io/name': 'x' } }, /manager > podLabels.*labels of this prefix are set here/],
  ['a variable that managers rely on', { env: { GITLAB_RUNNER_TOKEN: 'x' } }, /env\["GITLAB_RUNNER_TOKEN"\]: the manager relies/],
  ['a variable that is none', { env: { 'a-b': 'x' } }, /env\["a-b"\]: variables are letters/],
  ['a class with a capital', { priorityClassName: 'High' }, /priorityClassName: names of PriorityClasses/],
])('%s: refused', (_, manager, says) => {
  expect(faultsOf(fleetWith(manager))).toEqual([expect.stringMatching(says)]);
});

test('a digest beside a whole reference: refused', () => {
  const digest = `alpine-v19.4.0@sha256:${'1'.repeat(64)}`;
  expect(
    faultsOf(fleetWith({ image: 'example.com/runner:v19.4.0' }, { imageDigests: { manager: digest } })),
  ).toEqual([expect.stringMatching(/manager > image: a full reference includes its digest/)]);
});
