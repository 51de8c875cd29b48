import { DescriptionError } from '../../lib/fleet/fault';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { RunnerSettings } from '../../lib/fleet/props/runner';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import type { Problem } from '../../lib/problem';
import { findingsIn } from '../checks/cases';
import { fakeCiphertext } from '../ciphertext';
import { find, manifests, render, sealedTokens } from '../fleets';

const fleet = (settings: RunnerSettings, all: Partial<RunnerFleetProps> = {}): RunnerFleetProps => ({
  name: 'production',
  sealedPullSecrets: ['mirror'],
  runners: [{ name: 'a', arch: 'amd64', capacity: 'spot', ...settings }],
  ...all,
});
const OF_ALL = fleet({ imagePullSecrets: ['mirror'], manager: { imagePullSecrets: ['mirror'] } });
const fileIn = (namespace: string) => `sealed/production/pull-secrets/${namespace}/mirror.yaml`;
const sealedIn = (namespace: string, change: object = {}): [file: string, text: string] => {
  const seed = namespace.length;
  const fields = {
    namespace,
    name: 'mirror',
    scope: 'strict',
    ciphertext: fakeCiphertext(seed, 90),
    ...change,
  };
  return [
    fileIn(namespace),
    Object.entries(fields)
      .map(([key, value]) => `${key}: ${value}\n`)
      .join(''),
  ];
};
/** The token of the runner, and some of its pull secrets. */
const sealed = (...files: readonly [string, string][]) => new Map([...sealedTokens(OF_ALL), ...files]);
const SEALED = sealed(sealedIn('gitlab-jobs'), sealedIn('gitlab-runners'));
const secretsOf = (described: RunnerFleetProps, files: ReadonlyMap<string, string> = new Map()) =>
  manifests(described, files).filter(
    ({ kind, metadata }) => kind === 'SealedSecret' && metadata.name === 'mirror',
  );

function faultsOf(
  described: RunnerFleetProps,
  files: ReadonlyMap<string, string> = new Map(),
): readonly Problem[] {
  try {
    resolveFleets([described], files);
    return [];
  } catch (error) {
    if (error instanceof DescriptionError) return error.faults;
    throw error;
  }
}

describe('a pull secret that is sealed here', () => {
  test('is beside the managers if nothing but the cleanup of orphaned pods pulls with it', () => {
    const secrets = secretsOf(fleet({}, { orphanCleanup: { imagePullSecrets: ['mirror'] } }));
    expect(secrets.map(({ metadata }) => metadata.namespace)).toEqual(['gitlab-runners']);
  });

  test('is a placeholder in each namespace that pulls with it, which can not touch a live Secret', () => {
    const secrets = secretsOf(OF_ALL);
    expect(secrets.map(({ metadata }) => metadata.namespace).sort()).toEqual([
      'gitlab-jobs',
      'gitlab-runners',
    ]);
    for (const { metadata, spec } of secrets) {
      const text = `not sealed yet, see ${fileIn(metadata.namespace)}`;
      expect(spec).toMatchObject({
        encryptedData: { '.dockerconfigjson': text },
        template: { type: 'kubernetes.io/dockerconfigjson' },
      });
      expect(metadata.annotations).toMatchObject({
        'gitlab-runner-fleet/how-to-fill': 'npm run tokens -- seal-pull-secret production/mirror',
        'kustomize.toolkit.fluxcd.io/prune': 'disabled',
        'argocd.argoproj.io/ignore-healthcheck': 'true',
      });
    }
  });

  test('is where an account of jobs names it, too', () => {
    const described = fleet({ jobServiceAccount: { imagePullSecrets: ['mirror'] } });
    expect(secretsOf(described).map(({ metadata }) => metadata.namespace)).toEqual(['gitlab-jobs']);
  });

  test('holds its ciphertext once it is sealed', () => {
    for (const { metadata, spec } of secretsOf(OF_ALL, SEALED)) {
      const seed = metadata.namespace.length;
      expect(spec.encryptedData).toEqual({ '.dockerconfigjson': fakeCiphertext(seed, 90) });
      expect(metadata.annotations).not.toHaveProperty(['gitlab-runner-fleet/how-to-fill']);
    }
  });

  test('keeps managers waiting for it, as they wait for their token', () => {
    const managerWith = (files: ReadonlyMap<string, string>) => {
      const { metadata, spec } = find(manifests(OF_ALL, files), 'Deployment', 'runner-a');
      return [spec.replicas, metadata.annotations['gitlab-runner-fleet/waiting-for']];
    };
    expect(managerWith(sealed())).toEqual([0, fileIn('gitlab-runners')]);
    expect(managerWith(sealed(sealedIn('gitlab-runners')))).toEqual([0, fileIn('gitlab-jobs')]);
    expect(managerWith(SEALED)).toEqual([1, undefined]);
  });

  test('does not keep the managers of runners waiting that pull without it', () => {
    const [runner] = fleet({ imagePullSecrets: ['mirror'] }).runners;
    const other = { ...runner, name: 'b', imagePullSecrets: [] };
    const two = { ...fleet({}), runners: [runner, other] };
    const objects = manifests(two, sealedTokens(two));
    const replicas = ['runner-a', 'runner-b'].map((name) => find(objects, 'Deployment', name).spec.replicas);
    expect(replicas).toEqual([0, 1]);
  });

  test('of another namespace of jobs does not keep managers waiting', () => {
    const runnerIn = (name: string) => ({
      ...fleet({ imagePullSecrets: ['mirror'] }).runners[0],
      name,
      jobNamespace: `gitlab-jobs-${name}`,
    });
    const two = { ...fleet({}), runners: [runnerIn('a'), runnerIn('b')] };
    const ofA = sealedIn('gitlab-jobs-a');
    const objects = manifests(two, new Map([...sealedTokens(two), ofA]));
    const replicas = ['runner-a', 'runner-b'].map((name) => find(objects, 'Deployment', name).spec.replicas);
    expect(replicas).toEqual([1, 0]);
  });

  test('and the Secret that it becomes say whose they are, and how widely it may be decrypted', () => {
    const scope = { 'sealedsecrets.bitnami.com/namespace-wide': 'true' };
    const wide = sealed(sealedIn('gitlab-jobs', { scope: 'namespace-wide' }), sealedIn('gitlab-runners'));
    const [ofJobs, ofManagers] = ['gitlab-jobs', 'gitlab-runners'].map((namespace) =>
      find(manifests(OF_ALL, wide), 'SealedSecret', 'mirror', namespace),
    );
    expect(ofJobs.metadata.annotations).toMatchObject(scope);
    expect(ofJobs.spec.template.metadata).toEqual({ labels: ofJobs.metadata.labels, annotations: scope });
    expect(ofJobs.metadata.labels).toMatchObject({
      'app.kubernetes.io/component': 'pull-secret',
      'app.kubernetes.io/part-of': 'production',
    });
    expect(ofManagers.spec.template.metadata).toEqual({ labels: ofManagers.metadata.labels });
  });

  test('passes the proof, with notes until it is sealed', () => {
    const noted = (files: ReadonlyMap<string, string>) =>
      findingsIn(render(OF_ALL, files)).map(
        ({ id, severity, at }) => `${severity} ${id} ${at.manifest.namespace}`,
      );
    expect(noted(SEALED)).toEqual([]);
    expect(noted(sealed(sealedIn('gitlab-runners')))).toEqual(['note secrets/unsealed gitlab-jobs']);
  });

  test('leaves other pull secrets to whoever creates them', () => {
    const described = fleet({ imagePullSecrets: ['mirror', 'quay'] });
    expect(findingsIn(render(described)).map(({ id, found }) => `${id} ${found}`)).toContain(
      'needs/source quay',
    );
  });
});

// biome-ignore format: a table of cases
test.each<[what: string, described: RunnerFleetProps, at: string, why: string]>([
  ['that no runner pulls with', fleet({}), 'sealedPullSecrets[0]', 'no pod of the fleet pulls images with it'],
  ['whose name is not valid', fleet({ imagePullSecrets: ['A Secret'] }, { sealedPullSecrets: ['A Secret'] }), 'sealedPullSecrets[0]', 'names are 1 to 63 lower-case letters'],
  ['that is there twice', { ...OF_ALL, sealedPullSecrets: ['mirror', 'mirror'] }, 'sealedPullSecrets[1]', 'is in the list already'],
  ['that exists as well', { ...OF_ALL, existing: ['Secret/gitlab-jobs/mirror'] }, 'sealedPullSecrets[0]', 'someone else creates this Secret'],
  ['called as the Secret of a token', fleet({ imagePullSecrets: ['runner-a-token'] }, { sealedPullSecrets: ['runner-a-token'] }), 'sealedPullSecrets[0]', 'the token of runner a'],
])('a pull secret %s is refused', (_, described, at, why) => {
  const ofList = faultsOf(described).filter((fault) => fault.at.includes('sealedPullSecrets'));
  expect(ofList).toEqual([
    expect.objectContaining({ at: `production > ${at}`, why: expect.stringContaining(why) }),
  ]);
});

// biome-ignore format: a table of cases
test.each<[what: string, file: [string, string], at: string, why: string]>([
  ['of another namespace', sealedIn('gitlab-jobs', { namespace: 'other' }), 'namespace', 'can not be decrypted in gitlab-jobs'],
  ['of another name', sealedIn('gitlab-jobs', { name: 'other' }), 'name', 'can not be decrypted as mirror'],
  ['in plain', sealedIn('gitlab-jobs', { ciphertext: Buffer.from('{"auths": {}}').toString('base64') }), 'ciphertext', 'a pull secret in plain'],
  ['that is too short', sealedIn('gitlab-jobs', { ciphertext: fakeCiphertext(1, 20) }), 'ciphertext', 'a pull secret at least 33'],
  ['that can not be read', [fileIn('gitlab-jobs'), 'a: ['], 'file', 'not YAML'],
])('a sealed file %s is refused', (_, file, at, why) => {
  const faults = faultsOf(OF_ALL, sealed(file));
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatchObject({ at: `production > ${file[0]} > ${at}`, why: expect.stringContaining(why) });
  expect(faults[0].fix).toContain('docs/private-registries.md');
});

test('a sealed file that nobody pulls with is refused, and so is a copy', () => {
  const stray = faultsOf({ ...OF_ALL, sealedPullSecrets: [] }, sealed(sealedIn('gitlab-jobs')));
  expect(stray.map(({ why }) => why)).toEqual([
    expect.stringContaining('sealedPullSecrets does not name it'),
  ]);
  const { length } = 'gitlab-jobs';
  const copies = sealed(
    sealedIn('gitlab-jobs'),
    sealedIn('gitlab-runners', { ciphertext: fakeCiphertext(length, 90) }),
  );
  expect(faultsOf(OF_ALL, copies).map(({ why }) => why)).toEqual([
    expect.stringContaining('bound to one namespace and name'),
  ]);
});

test('pull secrets are sealed also where tokens come from elsewhere', () => {
  const described: RunnerFleetProps = { ...OF_ALL, tokens: { from: 'external-secret', store: 'vault' } };
  const files = new Map([sealedIn('gitlab-jobs'), sealedIn('gitlab-runners')]);
  expect(secretsOf(described, files)).toHaveLength(2);
});
