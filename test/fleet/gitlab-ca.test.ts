import type { GitlabCaProps, RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { parseToml } from '../../lib/values/toml';
import { CERTIFICATE, PRIVATE_KEY } from '../certificate';
import { findingsIn } from '../checks/cases';
import { find, type Manifest, manifests, refusalOf, render } from '../fleets';

const fleet = (gitlabCa: GitlabCaProps, change: Partial<RunnerFleetProps> = {}): RunnerFleetProps => ({
  name: 'production',
  gitlabUrl: 'https://gitlab.internal.example.com',
  gitlabCa,
  runners: [
    { name: 'a', arch: 'amd64', capacity: 'spot' },
    { name: 'b', arch: 'amd64', capacity: 'spot', privileged: true, tags: ['docker'], exactTags: true },
  ],
  ...change,
});
const tableOf = (objects: readonly Manifest[], runner: string): Manifest => {
  const [config] = objects.filter(
    ({ kind, metadata, data }) =>
      kind === 'ConfigMap' && data['config.toml'] && metadata.labels['gitlab-runner-fleet/runner'] === runner,
  );
  return (parseToml(config.data['config.toml']) as Manifest).runners[0];
};
const podOf = (objects: readonly Manifest[]) => find(objects, 'Deployment', 'runner-a').spec.template.spec;

describe('certificates in the description', () => {
  const objects = manifests(fleet({ pem: CERTIFICATE }));

  test('are a ConfigMap in the namespace of managers and in each of jobs', () => {
    for (const namespace of ['gitlab-runners', 'gitlab-jobs', 'gitlab-jobs-privileged'])
      expect(find(objects, 'ConfigMap', 'gitlab-ca', namespace).data).toEqual({ 'ca.crt': CERTIFICATE });
  });

  test('are a file of managers, where config.toml looks for it', () => {
    const { containers, volumes } = podOf(objects);
    expect(volumes).toContainEqual({
      name: 'gitlab-ca',
      configMap: { name: 'gitlab-ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] },
    });
    expect(containers[0].volumeMounts).toContainEqual({
      name: 'gitlab-ca',
      mountPath: '/etc/gitlab-ca',
      readOnly: true,
    });
    expect(tableOf(objects, 'a')['tls-ca-file']).toBe('/etc/gitlab-ca/ca.crt');
  });

  test('are a file of job pods, by variables that add to what an image trusts', () => {
    const { environment, kubernetes } = tableOf(objects, 'b');
    expect(kubernetes.volumes.config_map).toEqual([
      { name: 'gitlab-ca', mount_path: '/etc/gitlab-ca', read_only: true, items: { 'ca.crt': 'ca.crt' } },
    ]);
    expect(environment).toEqual([
      'SSL_CERT_DIR=/etc/ssl/certs:/etc/pki/tls/certs:/etc/gitlab-ca',
      'NODE_EXTRA_CA_CERTS=/etc/gitlab-ca/ca.crt',
    ]);
  });

  test('stand beside the volumes and variables of rootless builds', () => {
    const [runner] = fleet({}).runners;
    const builds = manifests(fleet({ pem: CERTIFICATE }, { runners: [{ ...runner, rootlessBuilds: true }] }));
    const { environment, kubernetes } = tableOf(builds, 'a');
    expect(environment).toHaveLength(3);
    expect(Object.keys(kubernetes.volumes).sort()).toEqual(['config_map', 'empty_dir']);
  });

  test('are proved to be there', () => {
    expect(
      findingsIn(render(fleet({ pem: CERTIFICATE }))).filter(({ severity }) => severity !== 'note'),
    ).toEqual([]);
  });

  test('roll no manager when they change: it looks at the file', () => {
    const doubled = manifests(fleet({ pem: CERTIFICATE + CERTIFICATE }));
    expect(podOf(doubled)).toEqual(podOf(objects));
  });

  test('stay out of job pods where the description says so', () => {
    const { environment, kubernetes } = tableOf(manifests(fleet({ pem: CERTIFICATE, jobs: false })), 'a');
    expect([environment, kubernetes.volumes]).toEqual([undefined, undefined]);
  });
});

test('certificates in a Secret of someone else are mounted from it, and asked for', () => {
  const secret = fleet({ secret: 'company-ca', key: 'bundle.pem' });
  const objects = manifests(secret);
  expect(podOf(objects).volumes).toContainEqual({
    name: 'gitlab-ca',
    secret: { secretName: 'company-ca', items: [{ key: 'bundle.pem', path: 'ca.crt' }] },
  });
  expect(
    objects.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'gitlab-ca'),
  ).toEqual([]);
  const missing = findingsIn(render(secret)).filter(({ id }) => id === 'needs/source');
  expect(missing.map(({ why }) => why).join()).toContain('Secret/gitlab-runners/company-ca');
  const declared = { existing: ['Secret/gitlab-runners/company-ca'] };
  expect(findingsIn(render({ ...secret, ...declared })).filter(({ id }) => id === 'needs/source')).toEqual(
    [],
  );
});

test('certificates of jobs are asked for in their namespace too', () => {
  const found = findingsIn(render(fleet({ configMap: 'company-ca', jobs: true })));
  const missing = found.filter(({ id }) => id === 'needs/source').map(({ why }) => why);
  for (const namespace of ['gitlab-runners', 'gitlab-jobs', 'gitlab-jobs-privileged'])
    expect(missing.join()).toContain(`ConfigMap/${namespace}/company-ca`);
});

// biome-ignore format: a table of cases
test.each<[string, GitlabCaProps, RegExp]>([
  ['no source', {}, /gitlabCa > pem: nothing[\s\S]*exactly one of pem, configMap and secret/],
  ['two sources', { pem: CERTIFICATE, secret: 'ca' }, /"pem and secret"[\s\S]*leave out all but one/],
  ['a private key', { pem: CERTIFICATE + PRIVATE_KEY }, /a text of \d+ characters[\s\S]*holds a private key/],
  ['no PEM', { pem: 'MIIB' }, /holds no certificate in PEM[\s\S]*readFileSync/],
  ['a broken certificate', { pem: CERTIFICATE.replace('MIIBk', 'AAAAA') }, /can not be read as an X.509 certificate/],
  ['a block of something else', { pem: CERTIFICATE.replaceAll('CERTIFICATE', 'PUBLIC KEY') }, /blocks that are not certificates/],
  ['more than a ConfigMap holds', { pem: CERTIFICATE.repeat(900) }, /at most 512Ki/],
  ['a volume that job pods have', { configMap: 'scripts' }, /have a volume of this name/],
])('%s is refused', (_, gitlabCa, says) => {
  const message = refusalOf(fleet(gitlabCa));
  expect(message).toMatch(says);
  expect(message).not.toContain('MC4CAQAw');
});

test('a file of your own in config.toml is refused together with the option', () => {
  const runnerDefaults = { config: { runner: { 'tls-ca-file': '/etc/other/ca.crt' } } };
  expect(refusalOf(fleet({ pem: CERTIFICATE }, { runnerDefaults }))).toMatch(
    /runner a > config > runner\.tls-ca-file: "set"[\s\S]*\/etc\/gitlab-ca\/ca\.crt/,
  );
});
