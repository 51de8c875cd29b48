import { jobPod } from '../../lib/gitlab-runner/executor/job-pod';
import { devicesPatch, unreadPatches, withPodPatches } from '../../lib/gitlab-runner/executor/pod-patches';
import { DEFAULT_FLEET, resolveOne } from '../fleets';

const [{ managers }] = resolveOne(DEFAULT_FLEET).runners;
const [runner] = managers[0].config.runners;

/** The job pod of a default runner with one patch. */
function patched(patch: string, type?: string, flag = true) {
  const feature_flags = { ...runner.feature_flags, FF_USE_ADVANCED_POD_SPEC_CONFIGURATION: flag };
  const pod_spec = [{ name: 'one', patch, patch_type: type }];
  const pod = jobPod({ ...runner, feature_flags, kubernetes: { ...runner.kubernetes, pod_spec } });
  if ('refused' in pod) throw new Error(pod.message);
  return pod;
}

const plain = patched('{}');

test('devices join the limits of the build container and leave the rest as it is', () => {
  const { containers, ...rest } = patched(devicesPatch({ 'nvidia.com/gpu': 2 }));
  const [build, ...others] = plain.containers;
  expect(containers[0].resources).toEqual({
    requests: build.resources.requests,
    limits: { ...build.resources.limits, 'nvidia.com/gpu': '2' },
  });
  expect(containers.slice(1)).toEqual(others);
  expect(rest).toEqual({ ...plain, containers: undefined, ...rest });
});

test('patches are YAML or JSON, and null takes a key away', () => {
  expect(patched('nodeSelector:\n  example.com/tier: gold\n').nodeSelector).toEqual({
    ...plain.nodeSelector,
    'example.com/tier': 'gold',
  });
  expect(patched('{"nodeSelector":{"kubernetes.io/os":null}}').nodeSelector).not.toHaveProperty(
    'kubernetes.io/os',
  );
});

test('a strategic patch adds containers of new names, a merge patch replaces the list', () => {
  const patch = '{"containers":[{"name":"extra"}]}';
  expect(patched(patch).containers.map(({ name }) => name)).toEqual(['build', 'helper', 'extra']);
  expect(patched(patch, 'merge').containers.map(({ name }) => name)).toEqual(['extra']);
});

test.each([
  ['with the flag off', '{"nodeSelector":null}', undefined, false],
  ['that does not parse', '{"nodeSelector":', undefined, true],
])('a patch %s changes nothing', (_, patch, type, flag) => {
  expect(patched(patch, type, flag)).toEqual(plain);
});

test.each([
  [
    '/nodeSelector/example.com~1tier',
    'add',
    'gold',
    { nodeSelector: { ...plain.nodeSelector, 'example.com/tier': 'gold' } },
  ],
  ['/nodeSelector', 'replace', {}, { nodeSelector: {} }],
  ['/nodeSelector', 'remove', undefined, { nodeSelector: undefined }],
  ['/tolerations/-', 'add', { key: 'a' }, { tolerations: [...plain.tolerations, { key: 'a' }] }],
  ['/tolerations/0', 'remove', undefined, { tolerations: plain.tolerations.slice(1) }],
  ['/affinity', 'add', { nodeAffinity: { a: 1 } }, { nodeAffinity: { a: 1 } }],
])('a JSON patch at %s: %s', (path, op, value, changed) => {
  const pod = patched(JSON.stringify([{ op, path, value }]), 'json');
  expect(pod).toEqual({ ...plain, ...changed });
});

test('a strategic patch of the affinity joins that of the config', () => {
  const affinity = {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
  };
  expect(patched(JSON.stringify({ affinity })).nodeAffinity).toEqual(affinity.nodeAffinity);
});

test.each([
  ['an operation that is none of the three', '[{"op":"copy","from":"/a","path":"/b"}]', 'json', 'copy /b'],
  [
    'a way that leads nowhere',
    '[{"op":"remove","path":"/dnsConfig/options"}]',
    'json',
    'remove /dnsConfig/options',
  ],
])('what is not read of a patch is told: %s', (_, patch, type, what) => {
  const pod_spec = [{ name: 'one', patch, patch_type: type }];
  const feature_flags = { FF_USE_ADVANCED_POD_SPEC_CONFIGURATION: true };
  const table = { ...runner, feature_flags, kubernetes: { ...runner.kubernetes, pod_spec } };
  expect(unreadPatches(table, plain)).toEqual([['pod_spec[0]', what]]);
  expect(patched(patch, type)).toEqual(plain);
});

test('a patch in a file is not read, and one without its flag changes nothing that could be', () => {
  const kubernetes = { ...runner.kubernetes, pod_spec: [{ name: 'one', patch_path: '/patches/one.yaml' }] };
  const flag = (on: boolean) => ({
    ...runner,
    kubernetes,
    feature_flags: { FF_USE_ADVANCED_POD_SPEC_CONFIGURATION: on },
  });
  expect(unreadPatches(flag(true), plain)).toEqual([['pod_spec[0]', 'the file /patches/one.yaml']]);
  expect(unreadPatches(flag(false), plain)).toEqual([]);
});

test('a pod without patches is the same object', () => {
  expect(withPodPatches(runner, plain)).toBe(plain);
});
