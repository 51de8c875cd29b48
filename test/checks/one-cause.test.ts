import type { Change } from '../fixtures/files';
import { edited, FLEET } from '../fixtures/files';
import { findingsIn } from './cases';
import { CLASS, CONFIG, POOL } from './places';

const errors = (files: typeof FLEET, ...changes: readonly Change[]) =>
  findingsIn(edited(files, ...changes)).map(
    ({ id, at: { path, within } }) => `${id} ${within ?? path.join('.')}`,
  );
const withObject = (text: string) => [...FLEET, { path: 'acme/own.yaml', text }];

test('an ExternalSecret of an older version is reported with the release that dropped it', () => {
  const text =
    'apiVersion: external-secrets.io/v1beta1\nkind: ExternalSecret\nmetadata: { name: x, namespace: gitlab-runners }\nspec: { secretStoreRef: { name: a, kind: ClusterSecretStore }, dataFrom: [{ extract: { key: a } }] }\n';
  expect(errors(withObject(text)).filter((one) => /version/.test(one))).toEqual([
    'secrets/external-version apiVersion',
  ]);
});

test('a limit of pods below 0 is refused, and nothing is said of what would fit', () => {
  expect(errors(FLEET, [CLASS, 'spec:\n', 'spec:\n  kubelet: { maxPods: -1 }\n'])).toEqual([
    'schema/wrong-value spec.kubelet.maxPods',
  ]);
});

test('a node class that is named as before v1 of Karpenter says what to write instead', () => {
  const found = findingsIn(
    edited(FLEET, [POOL, 'group: karpenter.k8s.aws', 'apiVersion: karpenter.k8s.aws/v1beta1']),
  ).filter(({ at: { path } }) => path.includes('nodeClassRef'));
  expect(found.map(({ id, fix }) => [id, fix])).toEqual([
    ['schema/unknown-field', 'write group instead, without the version: group: karpenter.k8s.aws'],
  ]);
});

test('a requirement with fewer values than it asks for is refused, and that is all', () => {
  const requirement =
    '        - { key: karpenter.k8s.aws/instance-size, operator: In, values: [large, xlarge], minValues: 3 }\n';
  const found = errors(FLEET, [POOL, '      requirements:\n', `      requirements:\n${requirement}`]);
  expect(found.filter((one) => /crd-rule|min-values/.test(one))).toEqual([
    'schema/crd-rule spec.template.spec.requirements.0',
  ]);
});

test('jobs with namespaces of their own go to no default, and a Role elsewhere is not another fault', () => {
  const found = errors(FLEET, [CONFIG, 'namespace = "gitlab-jobs"', 'namespace_per_job = true']);
  expect(found.filter((one) => /config\/missing-key|rights\/elsewhere/.test(one))).toEqual([]);
  expect(found.filter((one) => one.startsWith('rights/missing '))).toHaveLength(1);
});

test('a socket of the container runtime that a patch mounts is found in the patch', () => {
  const patch = '{"volumes":[{"name":"d","hostPath":{"path":"/var/run/docker.sock"}}]}';
  const found = errors(
    FLEET,
    [
      CONFIG,
      /( +)(\[runners.kubernetes.node_selector\])/,
      `$1[[runners.kubernetes.pod_spec]]\n$1  patch = '${patch}'\n$1$2`,
    ],
    [CONFIG, /( +)(FF_WAIT_FOR_POD)/, '$1FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n$1$2'],
  );
  expect(found).toContain('isolation/container-runtime runners[0].kubernetes.pod_spec');
});

test("a Runner of GitLab's operator whose template is here is read", () => {
  const text = `apiVersion: apps.gitlab.com/v1beta2
kind: Runner
metadata: { name: dev, namespace: ci }
spec: { gitlabUrl: "https://gitlab.example.com", token: t, config: template }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: template, namespace: ci }
data:
  config.toml: |
    [[runners]]
      [runners.kubernetes]
        image = "alpine:3"
`;
  const ids = (yaml: string) => findingsIn([{ path: 'a.yaml', text: yaml }]).map(({ id }) => id);
  expect(ids(text)).not.toContain('rendered/unread-runner');
  expect(ids(text.replace('config: template', 'config: other'))).toContain('rendered/unread-runner');
});

const [SELECTOR, FLAG] = [/( +)(\[runners.kubernetes.node_selector\])/, /( +)(FF_WAIT_FOR_POD)/];
const patched = (patch: string, before = ''): Change[] => [
  [CONFIG, SELECTOR, `${before}$1[[runners.kubernetes.pod_spec]]\n$1  patch = '${patch}'\n$1$2`],
  [CONFIG, FLAG, '$1FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n$1$2'],
];

test('a patch of the DNS policy goes with the name servers of the config', () => {
  const servers = '$1[runners.kubernetes.dns_config]\n$1  nameservers = ["10.0.0.2"]\n';
  expect(errors(FLEET, ...patched('{"dnsPolicy":"None"}', servers))).toEqual([]);
  expect(errors(FLEET, ...patched('{"dnsPolicy":"None"}'))).toContain(
    'config/refused-jobs runners[0].kubernetes',
  );
});

test('jobs on the network of their node reach its metadata service, whatever its hop limit', () => {
  const found = errors(FLEET, ...patched('{"hostNetwork":true}'));
  expect(found.filter((one) => one.startsWith('isolation/metadata-service'))).toEqual([
    'isolation/metadata-service runners[0].kubernetes.pod_spec',
  ]);
});

test('a token in the config.toml of a Secret is one finding, of the Secret', () => {
  const files = edited(
    FLEET,
    [CONFIG, 'kind: ConfigMap', 'kind: Secret'],
    [CONFIG, '\ndata:\n', '\nstringData:\n'],
    [CONFIG, /token = ".*"/, `token = "glrt-t1_${'a'.repeat(20)}"`],
  );
  const ids = findingsIn(files).map(({ id }) => id);
  expect(ids.filter((id) => /\/plain-/.test(id))).toEqual(['secrets/plain-token']);
});
