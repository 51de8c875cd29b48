import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { JobVolumeProps, RunnerProps, VolumeClaimProps } from '../../lib/fleet/props/runner';
import { parseToml } from '../../lib/values/toml';
import { faultsOf, find, type Manifest, manifests, render } from '../fleets';
import { proved } from './proved';

const RUNNER: RunnerProps = {
  name: 'a',
  arch: 'amd64',
  capacity: 'spot',
  concurrency: 3,
  runnerVersion: '19.4.0',
};
const CLAIM: VolumeClaimProps = { name: 'ccache', size: '50Gi', storageClass: 'efs' };
const fleetWith = (
  volumes: readonly JobVolumeProps[],
  runner: Partial<RunnerProps> = {},
  fleet: Partial<RunnerFleetProps> = {},
): RunnerFleetProps => ({ name: 'production', runners: [{ ...RUNNER, volumes, ...runner }], ...fleet });
const claim = (change: Partial<VolumeClaimProps> = {}, mountPath = '/cache'): JobVolumeProps => ({
  mountPath,
  newClaim: { ...CLAIM, ...change },
});

function kubernetesOf(fleet: RunnerFleetProps, name = 'a'): Manifest {
  const { data } = manifests(fleet).find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith(`runner-${name}-`),
  );
  return (parseToml(data['config.toml']) as Manifest).runners[0].kubernetes;
}
const claimsOf = (fleet: RunnerFleetProps): Manifest[] =>
  manifests(fleet).filter(({ kind }) => kind === 'PersistentVolumeClaim');

test('a claim is rendered before the managers, kept from pruning, and mounted by all jobs', () => {
  const fleet = fleetWith([claim()]);
  const [{ metadata, spec }] = claimsOf(fleet);
  expect(metadata).toMatchObject({ name: 'ccache', namespace: 'gitlab-jobs' });
  expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/component': 'job-volume' });
  expect(metadata.annotations).toEqual({
    'kustomize.toolkit.fluxcd.io/prune': 'disabled',
    'argocd.argoproj.io/sync-options': 'Delete=false,Prune=false',
    'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
    'argocd.argoproj.io/ignore-healthcheck': 'true',
  });
  expect(spec).toEqual({
    accessModes: ['ReadWriteMany'],
    storageClassName: 'efs',
    resources: { requests: { storage: '50Gi' } },
  });
  expect(kubernetesOf(fleet).volumes).toEqual({ pvc: [{ name: 'ccache', mount_path: '/cache' }] });
  expect(render(fleet).map(({ path }) => path)).toContain(
    'production/base/persistentvolumeclaim-gitlab-jobs.ccache.yaml',
  );
  expect(proved(fleet)).toEqual([]);
});

test('the release whose schema takes an unset key for a fault gets it set', () => {
  const { pvc } = kubernetesOf(fleetWith([claim()], { runnerVersion: '19.3.0' })).volumes;
  expect(pvc).toEqual([{ name: 'ccache', mount_path: '/cache', mount_propagation: 'None' }]);
});

test('each slot of a runner has a claim of its own, on a disk, and nothing is missing', () => {
  const fleet = fleetWith([claim({ perSlot: true, storageClass: 'gp3' }, '/builds')]);
  expect(claimsOf(fleet).map(({ metadata, spec }) => [metadata.name, spec.accessModes])).toEqual([
    ['ccache-0', ['ReadWriteOnce']],
    ['ccache-1', ['ReadWriteOnce']],
    ['ccache-2', ['ReadWriteOnce']],
  ]);
  expect(kubernetesOf(fleet).volumes.pvc).toEqual([
    { name: 'ccache-$CI_CONCURRENT_ID', mount_path: '/builds' },
  ]);
  expect(proved(fleet)).toEqual([]);
});

test('runners that describe a claim alike share it', () => {
  const runners = [
    { ...RUNNER, volumes: [claim()] },
    { ...RUNNER, name: 'b', volumes: [claim({}, '/other')] },
  ];
  const fleet: RunnerFleetProps = { name: 'production', runners };
  expect(claimsOf(fleet)).toHaveLength(1);
  expect(kubernetesOf(fleet, 'b').volumes.pvc).toEqual([{ name: 'ccache', mount_path: '/other' }]);
});

test('claims of two namespaces have files of their own, whatever dashes their names have', () => {
  const runners = [
    { ...RUNNER, jobNamespace: 'ci', volumes: [claim({ name: 'a-b' })] },
    { ...RUNNER, name: 'b', jobNamespace: 'ci-a', volumes: [claim({ name: 'b' })] },
  ];
  expect(claimsOf({ name: 'production', runners })).toHaveLength(2);
});

test.each(['made-$CI_CONCURRENT_ID', 'made-${CI_CONCURRENT_ID}'])(
  '%s names a claim of each slot',
  (claim) => {
    const volumes = [{ mountPath: '/cache', claim }];
    expect(kubernetesOf(fleetWith(volumes)).volumes.pvc).toEqual([{ name: claim, mount_path: '/cache' }]);
  },
);

test('a claim that exists is missing until the fleet says that it does', () => {
  const volumes = [{ mountPath: '/cache', claim: 'made-elsewhere', subPath: '$CI_PROJECT_ID' }];
  expect(proved(fleetWith(volumes))).toEqual([expect.stringMatching(/^needs\/source: .*made-elsewhere/)]);
  const existing = ['PersistentVolumeClaim/gitlab-jobs/made-elsewhere'];
  expect(proved(fleetWith(volumes, {}, { existing }))).toEqual([]);
});

test('files and empty folders stand under their own kinds, beside certificates', () => {
  const fleet = fleetWith(
    [
      { mountPath: '/settings', configMap: 'maven', items: { 'settings.xml': 'settings.xml' } },
      { mountPath: '/key', secret: 'signing', readOnly: true },
      { mountPath: '/dev/shm', emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } },
    ],
    {},
    { gitlabCa: { configMap: 'gitlab-ca-certs', jobs: true } },
  );
  expect(kubernetesOf(fleet).volumes).toEqual({
    config_map: [
      expect.objectContaining({ name: 'gitlab-ca-certs' }),
      { name: 'maven', mount_path: '/settings', items: { 'settings.xml': 'settings.xml' } },
    ],
    secret: [{ name: 'signing', mount_path: '/key', read_only: true }],
    empty_dir: [{ name: 'at-dev-shm', mount_path: '/dev/shm', medium: 'Memory', size_limit: '1Gi' }],
  });
});

test('layers of rootless builds outlive the pod, and the user of the build may write them', () => {
  const path = '/home/user/.local/share/buildkit';
  const fleet = fleetWith([claim({ perSlot: true, storageClass: 'gp3' }, path)], { rootlessBuilds: true });
  const { pod_security_context, volumes } = kubernetesOf(fleet);
  expect(volumes.empty_dir.map((one: Manifest) => one.mount_path)).toEqual([
    '/home/build/.local/share/containers',
  ]);
  expect(volumes.pvc).toEqual([{ name: 'ccache-$CI_CONCURRENT_ID', mount_path: path }]);
  expect(pod_security_context.fs_group).toBe(1000);
  expect(proved(fleet)).toEqual([]);
});

test('a folder of the node is for a namespace that allows it, and the proof passes there', () => {
  const volumes = [{ mountPath: '/cache', hostPath: '/mnt/k8s-disks/0/ccache' }];
  expect(faultsOf(fleetWith(volumes))).toEqual([
    expect.stringMatching(/volumes\[0\] > hostPath: Pod Security refuses hostPath volumes in gitlab-jobs/),
  ]);
  const namespaces = [{ name: 'gitlab-jobs', podSecurity: 'privileged' as const }];
  const fleet = fleetWith(volumes, {}, { namespaces });
  expect(kubernetesOf(fleet).volumes.host_path).toEqual([
    { name: 'at-cache', mount_path: '/cache', host_path: '/mnt/k8s-disks/0/ccache' },
  ]);
  expect(proved(fleet)).toEqual([]);
  expect(find(manifests(fleet), 'Namespace', 'gitlab-jobs').metadata.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'privileged',
  });
});

const PER_SLOT = claim({ perSlot: true });
// biome-ignore format: a table of cases
test.each<[string, RunnerFleetProps, RegExp]>([
  ['no source', fleetWith([{ mountPath: '/cache' }]), /volumes\[0\] > claim: a volume is exactly one of claim, newClaim/],
  ['a claim that is not a text', fleetWith([{ mountPath: '/cache', claim: 5 as unknown as string }]), /claim: names are 1 to 63/],
  ['two sources', fleetWith([{ mountPath: '/cache', claim: 'a', secret: 'b' }]), /secret: a volume is exactly one of/],
  ['a relative path', fleetWith([{ mountPath: 'cache', claim: 'a' }]), /mountPath: an absolute path/],
  ['a path out of a folder', fleetWith([{ mountPath: '/cache/../etc', claim: 'a' }]), /mountPath: an absolute path/],
  ['the place of scripts', fleetWith([{ mountPath: '/scripts-1-2', claim: 'a' }]), /mountPath: the executor keeps scripts/],
  ['a folder that every program needs', fleetWith([{ mountPath: '/usr', claim: 'a' }]), /mountPath: a volume there hides/],
  ['a name of the executor', fleetWith([{ mountPath: '/cache', claim: 'repo' }]), /claim: job pods have a volume of this name/],
  ['two volumes at one path', fleetWith([{ mountPath: '/c', claim: 'a' }, { mountPath: '/c', claim: 'b' }]), /volumes\[1\] > mountPath: another volume is mounted there/],
  ['two kinds of one name', fleetWith([{ mountPath: '/c', claim: 'a' }, { mountPath: '/d', secret: 'a' }]), /volumes\[1\] > secret: volumes are named after their objects/],
  ['files in place of clones', fleetWith([{ mountPath: '/builds', configMap: 'a' }]), /mountPath: jobs write their clones there/],
  ['clones that nobody may write', fleetWith([{ mountPath: '/builds', claim: 'a', readOnly: true }]), /readOnly: jobs write their clones there/],
  ['clones that slots of two managers share', fleetWith([{ mountPath: '/builds', claim: 'a' }], { managers: 2 }), /mountPath: clones are kept by slot, and slots of 2 managers/],
  ['the same in a folder of its own', fleetWith([{ mountPath: '/work', claim: 'a' }], { managers: 2, config: { runner: { builds_dir: '/work' } } }), /clones are kept by slot/],
  ['slots of two managers', fleetWith([PER_SLOT], { managers: 2 }), /perSlot: slots of 2 managers/],
  ['claims by slot of two managers', fleetWith([{ mountPath: '/c', claim: 'c-$CI_CONCURRENT_ID' }], { managers: 2 }), /volumes\[0\] > claim: slots of 2 managers have the same numbers/],
  ['more bytes than Kubernetes counts', fleetWith([claim({ size: '1e30' })]), /newClaim > size: Kubernetes counts no more bytes than 8Ei/],
  ['a disk of fifty bytes', fleetWith([claim({ size: '50' })]), /newClaim > size: .* write "50Gi"/],
  ['a folder beyond what Kubernetes counts', fleetWith([{ mountPath: '/c', emptyDir: { sizeLimit: '9000Pi' } }]), /emptyDir > sizeLimit: Kubernetes counts no more/],
  ['a folder beyond the disk of the pod', fleetWith([{ mountPath: '/c', emptyDir: { sizeLimit: '900Gi' } }]), /emptyDir > sizeLimit: the containers of a job, its services included, have 70Gi of disk at most/],
  ['a folder beyond the memory of the pod', fleetWith([{ mountPath: '/c', emptyDir: { sizeLimit: '500Gi', medium: 'Memory' } }]), /emptyDir > sizeLimit: .* of memory at most, and end before the folder is full/],
  ['a key that is none', fleetWith([{ mountPath: '/c', secret: 's', items: { 'k/e y': 'a' } }]), /items\["k\/e y"\]: keys of a Secret are/],
  ['a file outside of the folder', fleetWith([{ mountPath: '/c', configMap: 's', items: { a: '../a' } }]), /items\["a"\]: a relative path .* write it as "a"/],
  ['a disk for each of very many slots', fleetWith([PER_SLOT], { concurrency: 201 }), /perSlot: each of the 201 slots/],
  ['a path that is not said', fleetWith([{ claim: 'a' } as JobVolumeProps]), /mountPath: an absolute path/],
  ['a disk for many jobs', fleetWith([claim({ accessMode: 'ReadWriteOnce' })]), /accessMode: one node at a time can mount the volume, and 3 jobs/],
  ['programs of the image', fleetWith([{ mountPath: '/usr/bin', claim: 'a' }]), /mountPath: a volume there hides what containers need/],
  ['the token of the ServiceAccount', fleetWith([{ mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', claim: 'a' }]), /mountPath: the token of the ServiceAccount is there/],
  ['a name with dots, which an object may have and a volume may not', fleetWith([{ mountPath: '/ca', configMap: 'kube-root-ca.crt' }]), /names of volumes have no dots[\s\S]*make a copy of the object/],
  ['a name without room for the slots', fleetWith([claim({ name: 'c'.repeat(62), perSlot: true })]), /name: names are 1 to 61/],
  ['keys of what has none', fleetWith([{ mountPath: '/c', claim: 'a', items: { a: 'a' } }]), /items: keys are those of a ConfigMap or a Secret/],
  ['a list in config besides', fleetWith([claim()], { config: { runner: { kubernetes: { volumes: { pvc: [] } } } } }), /config\.runner\.kubernetes\.volumes\.pvc: this list would replace/],
  ['a folder of a node on Fargate', fleetWith([{ mountPath: '/c', hostPath: '/c' }], { capacity: 'fargate' }, { fargate: { region: 'eu-west-1' } }), /hostPath: EKS Fargate has no nodes/],
  ['a new volume on Fargate', fleetWith([claim()], { capacity: 'fargate' }, { fargate: { region: 'eu-west-1' } }), /newClaim > name: EKS Fargate mounts only volumes of EFS that exist/],
  ['the place of certificates', fleetWith([{ mountPath: '/etc/gitlab-ca', claim: 'a' }], {}, { gitlabCa: { configMap: 'ca', jobs: true } }), /mountPath: jobs have the certificates/],
])('%s: refused', (_, fleet, says) => {
  expect(faultsOf(fleet)).toEqual([expect.stringMatching(says)]);
});

test('an invalid key is not an example of a path, and its rule names the kind of the object', () => {
  const [key, path, ...others] = faultsOf(
    fleetWith([{ mountPath: '/c', configMap: 's', items: { 'k/e y': '../x' } }]),
  );
  expect(others).toEqual([]);
  expect(key).toMatch(/keys of a ConfigMap are/);
  expect(path).toMatch(/write it as "settings\.xml"$/);
});

test('a folder may be as large as the disk of the pod', () => {
  expect(faultsOf(fleetWith([{ mountPath: '/c', emptyDir: { sizeLimit: '70Gi' } }]))).toEqual([]);
});

test('a folder without a bound of its containers may be of any size', () => {
  const unbounded = { build: { ephemeralStorage: { limit: null, maxLimit: null, maxRequest: null } } };
  const folder = { mountPath: '/c', emptyDir: { sizeLimit: '900Gi' } };
  expect(faultsOf(fleetWith([folder], unbounded))).toEqual([]);
});

const twoRunners = (own: JobVolumeProps, other: JobVolumeProps, change: Partial<RunnerProps> = {}) => ({
  name: 'production',
  runners: [
    { ...RUNNER, concurrency: 1, volumes: [own] },
    { ...RUNNER, concurrency: 1, name: 'b', volumes: [other], ...change },
  ],
});
// biome-ignore format: a table of cases
test.each<[string, RunnerFleetProps, RegExp]>([
  ['with other settings', twoRunners(claim(), claim({ size: '60Gi' })), /runner b > volumes\[0\] > newClaim: .*by runner a with other settings/],
  ['across a line of trust', twoRunners(claim(), claim(), { protected: true }), /newClaim: only one of this runner and a is protected/],
  ['across it, by its name alone', twoRunners(claim(), { mountPath: '/c', claim: 'ccache' }, { protected: true }), /claim: only one of this runner and a is protected/],
  ['by slots of the same numbers', twoRunners(PER_SLOT, PER_SLOT), /newClaim: slots of this runner and of a/],
  ['on one node', twoRunners(claim({ accessMode: 'ReadWriteOnce' }), claim({ accessMode: 'ReadWriteOnce' })), /newClaim: one node or pod at a time/],
])('a claim that two runners share %s: refused', (_, fleet, says) => {
  expect(faultsOf(fleet)).toEqual([expect.stringMatching(says)]);
});

test('protected jobs may read what only others of their kind write', () => {
  const shared = { ...claim(), readOnly: true };
  expect(faultsOf(twoRunners(shared, shared, { protected: true }))).toEqual([]);
});
