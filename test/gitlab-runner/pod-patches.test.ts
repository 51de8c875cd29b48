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
const LARGE = '{"containers":[{"name":"build","resources":{"requests":{"memory":"64Gi"}}}]}';

test('devices join the limits of the build container and leave the rest as it is', () => {
  const { containers, ...rest } = patched(devicesPatch({ 'nvidia.com/gpu': 2 }));
  const [build, ...others] = plain.containers;
  expect(containers[0].resources).toEqual({
    // The API server's: a device is requested as it is limited.
    requests: { ...build.resources.requests, 'nvidia.com/gpu': '2' },
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
  expect(patched(patch).containers.map(({ name }) => name)).toEqual(['extra', 'build', 'helper']);
  expect(patched(patch, 'merge').containers.map(({ name }) => name)).toEqual(['extra']);
});

test('a patch with the flag off changes nothing', () => {
  expect(patched('{"nodeSelector":null}', undefined, false)).toEqual(plain);
});

test.each([
  ['that does not parse', '{"nodeSelector":', undefined, 'not YAML'],
  ['that is a list', '[]', 'strategic', 'not a patch of the type strategic'],
  ['of operations that is a table', '{}', 'json', 'not a patch of the type json'],
  ['of a type that does not exist', '{}', 'overlay', 'not a patch of the type overlay'],
  ['with an operation that does not exist', '[{"op":"delete","path":"/x"}]', 'json', 'delete /x'],
  ['with a way that is no pointer', '[{"op":"remove","path":"x"}]', 'json', 'remove x'],
  [
    'with a test that does not hold',
    '[{"op":"test","path":"/containers/0/name","value":"helper"}]',
    'json',
    'a test does not hold',
  ],
  ['of a container without a name', '{"containers":[{"image":"a"}]}', 'strategic', 'has no name'],
  ['that asks for more than a limit', LARGE, 'strategic', 'request 64Gi of memory exceeds its limit'],
  [
    'that takes a mounted volume away',
    '{"volumes":[{"name":"logs","$patch":"delete"}]}',
    'strategic',
    'mounts the volume logs',
  ],
])('a patch %s: every job fails', (_, patch, type, message) => {
  expect(() => patched(patch, type)).toThrow(message);
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
  ['/containers/0/name', 'test', 'build', {}],
])('a JSON patch at %s: %s', (path, op, value, changed) => {
  const pod = patched(JSON.stringify([{ op, path, value }]), 'json');
  expect(pod).toEqual({ ...plain, ...changed });
});

test('a JSON patch copies and moves what it finds', () => {
  const operations = [
    { op: 'copy', from: '/nodeSelector/kubernetes.io~1arch', path: '/nodeSelector/example.com~1arch' },
    { op: 'move', from: '/tolerations/0', path: '/tolerations/-' },
    { op: 'move', from: '/nodeSelector/kubernetes.io~1os', path: '/nodeSelector/os' },
  ];
  const { 'kubernetes.io/os': os, ...rest } = plain.nodeSelector;
  expect(patched(JSON.stringify(operations), 'json')).toEqual({
    ...plain,
    nodeSelector: { ...rest, os, 'example.com/arch': 'amd64' },
  });
});

test('a strategic patch keeps the order of the pod around what it changes', () => {
  const names = (patch: object) =>
    patched(JSON.stringify({ volumes: patch })).volumes.map(({ name }) => name);
  expect(names([{ name: 'scripts' }])).toEqual(['repo', 'scripts', 'logs']);
  expect(names([{ name: 'scripts' }, { name: 'new', emptyDir: {} }])).toEqual([
    'repo',
    'scripts',
    'new',
    'logs',
  ]);
});

test('directives of a strategic patch delete, replace and retain', () => {
  const [build, helper] = plain.containers;
  const other = { name: 'only', image: 'a:1' };
  expect(patched(JSON.stringify({ containers: [{ $patch: 'replace' }, other] })).containers).toMatchObject([
    other,
  ]);
  expect(patched('{"containers":[{"name":"helper","$patch":"delete"}]}').containers).toEqual([build]);
  expect(patched('{"nodeSelector":{"$patch":"replace","a":"b"}}').nodeSelector).toEqual({ a: 'b' });
  expect(patched('{"securityContext":{"$patch":"delete"}}').securityContext).toEqual({});
  const retained = '{"volumes":[{"name":"repo","$retainKeys":["name","hostPath"],"hostPath":{"path":"/x"}}]}';
  expect(patched(retained).volumes[0]).toEqual({ name: 'repo', hostPath: { path: '/x' } });
  expect(helper.name).toBe('helper');
});

test('a patch that makes a container privileged is seen as such', () => {
  const [build] = patched(
    '{"containers":[{"name":"build","securityContext":{"privileged":true,"allowPrivilegeEscalation":true}}]}',
  ).containers;
  expect(build).toMatchObject({ privileged: true, allowPrivilegeEscalation: true });
});

test('no patch reaches the namespace and the labels', () => {
  expect(patched('{"namespace":"other","labels":{"a":"b"}}')).toEqual(plain);
});

test('a strategic patch of the affinity joins that of the config', () => {
  const affinity = {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
  };
  expect(patched(JSON.stringify({ affinity })).nodeAffinity).toEqual(affinity.nodeAffinity);
});

test.each([
  ['a copy of what is not there', '[{"op":"copy","from":"/a","path":"/b"}]', 'json', 'copy /b'],
  [
    'a way that leads nowhere',
    '[{"op":"remove","path":"/dnsConfig/options"}]',
    'json',
    'remove /dnsConfig/options',
  ],
])('what is not read of a patch is reported: %s', (_, patch, type, what) => {
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
