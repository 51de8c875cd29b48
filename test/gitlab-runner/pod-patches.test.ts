import { jobPod } from '../../lib/gitlab-runner/executor/job-pod';
import { devicesPatch, withPodPatches } from '../../lib/gitlab-runner/executor/pod-patches';
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
  ['of type json', '[{"op":"remove","path":"/nodeSelector"}]', 'json', true],
  ['that does not parse', '{"nodeSelector":', undefined, true],
])('a patch %s changes nothing', (_, patch, type, flag) => {
  expect(patched(patch, type, flag)).toEqual(plain);
});

test('a pod without patches is the same object', () => {
  expect(withPodPatches(runner, plain)).toBe(plain);
});
