import { parse as parseToml } from '@iarna/toml';
import type { RunnerFleetProps, TokensProps } from '../../lib/fleet/props/fleet';
import { fakeCiphertext } from '../ciphertext';
import { DEFAULT_FLEET, find, type Manifest, manifests, render, sealedTokens, VARIED_FLEET } from '../fleets';
import { yamlSnapshot } from '../yaml-snapshot';

expect.addSnapshotSerializer(yamlSnapshot);

const sealed = sealedTokens(DEFAULT_FLEET);
const objects = manifests(DEFAULT_FLEET, sealed);
const waiting = manifests(DEFAULT_FLEET);

const podOf = (deployment: Manifest) => deployment.spec.template.spec;
const containerOf = (deployment: Manifest) => podOf(deployment).containers[0];
const configOf = (all: readonly Manifest[], deployment: Manifest): Manifest => {
  const volume = podOf(deployment).volumes.find(({ name }: Manifest) => name === 'config');
  return parseToml(find(all, 'ConfigMap', volume.configMap.name).data['config.toml']);
};
const deployments = objects.filter(({ kind }) => kind === 'Deployment');
const eachDeployment = deployments.map((deployment) => [deployment.metadata.name, deployment] as const);

test('the objects of one runner read like this', () => {
  const files = render(VARIED_FLEET, sealedTokens(VARIED_FLEET)).filter(({ path }) =>
    path.startsWith('lab/runners/graviton/'),
  );
  expect(files.map(({ path, text }) => `# ${path}\n${text}`).join('---\n')).toMatchSnapshot();
});

describe('a runner manager', () => {
  test('there is one for each runner', () => {
    expect(deployments.map(({ metadata }) => metadata.name)).toEqual([
      'runner-amd64-on-demand',
      'runner-amd64-spot',
      'runner-arm64-on-demand',
      'runner-arm64-spot',
    ]);
  });

  test.each(eachDeployment)(
    '%s stays on on-demand nodes of its architecture, the managers alone',
    (name, deployment) => {
      const pool = find(objects, 'NodePool', 'gitlab-managers').spec.template;
      expect(podOf(deployment).nodeSelector).toEqual({
        'kubernetes.io/arch': name.includes('arm64') ? 'arm64' : 'amd64',
        'kubernetes.io/os': 'linux',
        'karpenter.sh/capacity-type': 'on-demand',
        ...pool.metadata.labels,
      });
      const [{ key, value, effect }] = pool.spec.taints;
      expect(podOf(deployment).tolerations).toEqual([{ key, operator: 'Equal', value, effect }]);
    },
  );

  test.each(eachDeployment)(
    '%s runs gitlab-runner on the mounted file, without registration, shell or init container',
    (_, deployment) => {
      const { command, args } = containerOf(deployment);
      expect([...command, ...args].join(' ')).toBe(
        'dumb-init --rewrite 15:3 -- gitlab-runner run --config /etc/gitlab-runner/config.toml --working-directory /home/gitlab-runner',
      );
      expect(podOf(deployment)).not.toHaveProperty('initContainers');
      expect(containerOf(deployment)).not.toHaveProperty('lifecycle');
    },
  );

  test.each(eachDeployment)(
    '%s gets its token from the Secret that the sealed token becomes',
    (_, deployment) => {
      const [token] = containerOf(deployment).env;
      const { name, key, optional } = token.valueFrom.secretKeyRef;
      expect(optional).toBeUndefined();
      const secret = find(objects, 'SealedSecret', name, deployment.metadata.namespace);
      expect(Object.keys(secret.spec.encryptedData)).toEqual([key]);
      expect(configOf(objects, deployment).runners[0].token).toBe(`\${${token.name}}`);
    },
  );

  test.each(eachDeployment)(
    '%s meets the restricted Pod Security level with a read-only root',
    (_, deployment) => {
      expect(podOf(deployment).securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(containerOf(deployment).securityContext).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        privileged: false,
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
      });
    },
  );

  test.each(eachDeployment)('%s is probed by asking itself, never GitLab', (_, deployment) => {
    const { startupProbe, livenessProbe, readinessProbe, ports } = containerOf(deployment);
    expect(ports).toEqual([{ name: 'metrics', containerPort: 9252, protocol: 'TCP' }]);
    expect(configOf(objects, deployment).listen_address).toBe(':9252');
    expect(startupProbe.httpGet).toEqual({ path: '/metrics', port: 'metrics' });
    expect(livenessProbe.httpGet).toEqual({ path: '/metrics', port: 'metrics' });
    expect(readinessProbe.httpGet).toEqual({ path: '/health/ready', port: 'metrics' });
  });

  test.each(eachDeployment)(
    '%s drains longer than the longest job, and stops by force sooner than its grace',
    (_, deployment) => {
      expect(podOf(deployment).terminationGracePeriodSeconds).toBe(2 * 3600 + 600);
      expect(configOf(objects, deployment).shutdown_timeout).toBeLessThan(7800);
    },
  );

  test.each(eachDeployment)('%s rolls without a moment in which no manager serves', (_, { spec }) => {
    expect(spec.replicas).toBe(1);
    expect(spec.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
  });

  test.each(eachDeployment)('%s selects its pods by labels that no release changes', (name, { spec }) => {
    expect(spec.selector.matchLabels).toEqual({
      'app.kubernetes.io/name': 'gitlab-runner',
      'app.kubernetes.io/instance': name,
    });
    expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
  });

  test('system ids are valid, stable and one for each manager', () => {
    const ids = manifests(VARIED_FLEET)
      .filter(({ kind }) => kind === 'ConfigMap')
      .map(({ data }) => data['.runner_system_id']);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^r_[0-9a-zA-Z]{12}$/);
    const again = manifests(VARIED_FLEET).filter(({ kind }) => kind === 'ConfigMap');
    expect(again.map(({ data }) => data['.runner_system_id'])).toEqual(ids);
  });

  test('resources: a third of the published 10m and 6m a job, 50 MB and 2.5 MB a job, which is also the limit', () => {
    const large = manifests({ ...DEFAULT_FLEET, runnerDefaults: { concurrency: 150 } });
    const { requests, limits } = containerOf(find(large, 'Deployment', 'runner-amd64-spot')).resources;
    expect(requests).toEqual({ cpu: '310m', memory: '416Mi', 'ephemeral-storage': '736Mi' });
    expect(limits).toEqual({ memory: '416Mi', 'ephemeral-storage': '736Mi' });
  });

  test('/tmp holds the logs of all jobs at once', () => {
    const twenty = manifests({ ...DEFAULT_FLEET, runnerDefaults: { concurrency: 20 } });
    const manager = find(twenty, 'Deployment', 'runner-amd64-spot');
    const tmp = podOf(manager).volumes.find(({ name }: Manifest) => name === 'tmp');
    // 20 jobs of 4096 KiB and 64 MiB beside them.
    expect(tmp.emptyDir.sizeLimit).toBe('144Mi');
  });

  test('several managers of a runner are spread over zones, a single one is not', () => {
    const varied = manifests(VARIED_FLEET);
    const [spread] = podOf(find(varied, 'Deployment', 'runner-graviton-2')).topologySpreadConstraints;
    expect(spread).toMatchObject({
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable: 'ScheduleAnyway',
    });
    const labels = find(varied, 'Deployment', 'runner-graviton').spec.template.metadata.labels;
    expect(labels).toMatchObject(spread.labelSelector.matchLabels);
    expect(podOf(deployments[0])).not.toHaveProperty('topologySpreadConstraints');
  });

  test('helper and manager are of one release and of the job architecture', () => {
    const arm = find(objects, 'Deployment', 'runner-arm64-spot');
    const version = /alpine-v(.+)$/.exec(containerOf(arm).image)?.[1];
    expect(configOf(objects, arm).runners[0].kubernetes.helper_image).toBe(
      `registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:arm64-v${version}`,
    );
    const amd = find(objects, 'Deployment', 'runner-amd64-spot');
    expect(configOf(objects, amd).runners[0].kubernetes.helper_image).toContain(`:x86_64-v${version}`);
  });

  test('a mirror serves both images', () => {
    const varied = manifests(VARIED_FLEET);
    const manager = find(varied, 'Deployment', 'runner-graviton');
    expect(containerOf(manager).image).toMatch(/^registry\.example\.com\/mirror\/gitlab-org\/gitlab-runner:/);
    expect(configOf(varied, manager).runners[0].kubernetes.helper_image).toMatch(
      /^registry\.example\.com\/mirror\/gitlab-org\/gitlab-runner\/gitlab-runner-helper:/,
    );
  });

  test('a patch reaches a field that has no option', () => {
    const docker = find(manifests(VARIED_FLEET), 'Deployment', 'runner-docker');
    expect(podOf(docker).priorityClassName).toBe('ci-managers');
    expect(podOf(docker).containers).toHaveLength(1);
  });
});

describe('config.toml', () => {
  const config = configOf(objects, find(objects, 'Deployment', 'runner-arm64-spot'));
  const [{ kubernetes }] = config.runners;

  test('sends jobs to the nodes of their architecture, capacity and pool, and nowhere else', () => {
    const template = find(objects, 'NodePool', 'gitlab-jobs-arm64-spot').spec.template;
    expect(kubernetes.node_selector).toEqual({
      'kubernetes.io/arch': 'arm64',
      'kubernetes.io/os': 'linux',
      'karpenter.sh/capacity-type': 'spot',
      ...template.metadata.labels,
    });
    const [{ key, value, effect }] = template.spec.taints;
    expect(kubernetes.node_tolerations).toEqual({ [`${key}=${value}`]: effect });
  });

  test('leaves the capacity type to the weights where a runner takes Spot first', () => {
    const varied = manifests(VARIED_FLEET);
    const graviton = configOf(varied, find(varied, 'Deployment', 'runner-graviton'));
    expect(graviton.runners[0].kubernetes.node_selector).not.toHaveProperty(['karpenter.sh/capacity-type']);
  });

  test('protects job pods from consolidation and labels them', () => {
    expect(kubernetes.pod_annotations).toEqual({ 'karpenter.sh/do-not-disrupt': 'true' });
    expect(kubernetes.pod_labels).toMatchObject({
      'app.kubernetes.io/component': 'job',
      'app.kubernetes.io/part-of': 'production',
      'gitlab-runner-fleet/runner': 'arm64-spot',
    });
  });

  test('lets a job raise its requests by variable, and no further than its limit', () => {
    expect(kubernetes).toMatchObject({
      cpu_request: '1',
      cpu_request_overwrite_max_allowed: '4',
      memory_request: '2Gi',
      memory_request_overwrite_max_allowed: '4Gi',
      memory_limit: '4Gi',
      helper_memory_request: '256Mi',
      service_cpu_request: '250m',
    });
    expect(kubernetes).not.toHaveProperty('cpu_limit');
  });

  test('gives a pod ten minutes to run, and job pods no API token and no privileges', () => {
    expect(kubernetes).toMatchObject({
      poll_timeout: 600,
      privileged: false,
      allow_privilege_escalation: false,
      automount_service_account_token: false,
      pull_policy: 'always',
    });
  });

  test('is immutable and named by its content, so that a change rolls managers and a bad file reaches none that serves', () => {
    const name = (fleet: RunnerFleetProps) =>
      manifests(fleet).find(
        ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('runner-amd64-spot-'),
      ).metadata.name;
    const map = find(objects, 'ConfigMap', name(DEFAULT_FLEET));
    expect(map.immutable).toBe(true);
    expect(name({ ...DEFAULT_FLEET, runnerDefaults: { concurrency: 21 } })).not.toBe(map.metadata.name);
    const volume = podOf(find(objects, 'Deployment', 'runner-amd64-spot')).volumes[0];
    expect(volume.configMap.name).toBe(map.metadata.name);
  });

  test('is kept from the substitution of Flux', () => {
    for (const object of objects) {
      const hasVariables = /\$\{|\$\$/.test(JSON.stringify(object));
      const disabled = object.metadata.annotations?.['kustomize.toolkit.fluxcd.io/substitute'] === 'disabled';
      expect([object.kind, disabled]).toEqual([object.kind, hasVariables]);
    }
  });

  test('takes any key that the runner knows, and the derived ones give way', () => {
    const fleet: RunnerFleetProps = {
      ...DEFAULT_FLEET,
      runnerDefaults: {
        config: {
          global: { check_interval: 5 },
          runner: {
            output_limit: 8192,
            kubernetes: { poll_timeout: 900, node_selector: { 'example.com/zone': 'a' } },
          },
        },
      },
    };
    const all = manifests(fleet);
    const own = configOf(all, find(all, 'Deployment', 'runner-arm64-spot'));
    expect(own.check_interval).toBe(5);
    expect(own.runners[0]).toMatchObject({ output_limit: 8192, kubernetes: { poll_timeout: 900 } });
    expect(own.runners[0].kubernetes.node_selector).toMatchObject({
      'kubernetes.io/arch': 'arm64',
      'example.com/zone': 'a',
    });
  });

  test('asks for a cache in S3 with credentials that the manager has, not the job', () => {
    const varied = manifests(VARIED_FLEET);
    const graviton = configOf(varied, find(varied, 'Deployment', 'runner-graviton')).runners[0];
    expect(graviton.cache).toEqual({
      Type: 's3',
      Shared: false,
      s3: { BucketName: 'lab-cache', BucketLocation: 'eu-west-1', AuthenticationType: 'iam' },
    });
    expect(find(varied, 'ServiceAccount', 'runner-docker').metadata.annotations).toMatchObject({
      'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/lab-cache',
    });
  });
});

describe('rights', () => {
  test('are those of the executor with all its features, in the job namespace', () => {
    const role = find(objects, 'Role', 'runner-amd64-spot', 'gitlab-jobs');
    const rights = role.rules.map(({ apiGroups, resources, verbs }: Manifest) =>
      [apiGroups, resources, verbs].join(' '),
    );
    expect(rights).toEqual([
      ' events list,watch',
      ' pods create,delete,get,list,watch',
      ' pods/attach create',
      ' pods/exec create',
      ' pods/log get',
      ' secrets create,delete,get,update',
      ' serviceaccounts get',
      'apps deployments create,delete,get,list,update',
      'policy poddisruptionbudgets create,get',
    ]);
    expect(objects.filter(({ kind }) => kind.startsWith('ClusterRole'))).toEqual([]);
  });

  test('stay the same whatever a runner turns on or off: the manager of before still drains', () => {
    const rules = (runner: object) =>
      find(
        manifests({ ...DEFAULT_FLEET, runnerDefaults: runner }),
        'Role',
        'runner-amd64-spot',
        'gitlab-jobs',
      ).rules;
    const plain = rules({});
    const prewarm = { jobs: 2, hours: ['* 8-17 * * *'], timezone: 'UTC' };
    const legacy = { FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY: true };
    expect(rules({ prewarm })).toEqual(plain);
    expect(rules({ config: { runner: { feature_flags: legacy } } })).toEqual(plain);
  });

  test('are bound to the managers of that runner alone', () => {
    const binding = find(objects, 'RoleBinding', 'runner-amd64-spot', 'gitlab-jobs');
    expect(binding.roleRef).toEqual({
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'Role',
      name: 'runner-amd64-spot',
    });
    expect(binding.subjects).toEqual([
      { kind: 'ServiceAccount', name: 'runner-amd64-spot', namespace: 'gitlab-runners' },
    ]);
    const deployment = find(objects, 'Deployment', 'runner-amd64-spot');
    expect(podOf(deployment).serviceAccountName).toBe('runner-amd64-spot');
  });

  test('outlive the managers when a runner is removed, so that running jobs end well', () => {
    for (const kind of ['Role', 'RoleBinding', 'ServiceAccount']) {
      const { annotations } = find(objects, kind, 'runner-amd64-spot').metadata;
      expect(annotations['kustomize.toolkit.fluxcd.io/prune']).toBe('disabled');
      expect(Number(annotations['argocd.argoproj.io/sync-wave'])).toBeLessThan(0);
    }
  });
});

describe('a token', () => {
  const placeholder = find(waiting, 'SealedSecret', 'runner-amd64-spot-token');

  test('that is not sealed yet can neither empty nor overwrite a live Secret', () => {
    const values = Object.values(placeholder.spec.encryptedData) as string[];
    expect(values).toHaveLength(1);
    // No base64: the controller fails to decode it and leaves the Secret alone.
    expect(values[0]).toMatch(/[^A-Za-z0-9+/=]/);
    expect(placeholder.spec).not.toHaveProperty('data');
    expect(placeholder.spec.template).not.toHaveProperty('data');
  });

  test('that is not sealed yet says how to fill it', () => {
    const how = placeholder.metadata.annotations['gitlab-runner-fleet/how-to-fill'];
    expect(how).toBe('npm run tokens -- howto production/amd64-spot');
  });

  test('that is not sealed yet keeps its manager waiting: no replica, and an annotation that says for what', () => {
    const { metadata, spec } = find(waiting, 'Deployment', 'runner-amd64-spot');
    expect(spec.replicas).toBe(0);
    expect(metadata.annotations['gitlab-runner-fleet/waiting-for']).toBe('sealed/production/amd64-spot.yaml');
  });

  test('starts its manager once it is sealed', () => {
    const { metadata, spec } = find(objects, 'Deployment', 'runner-amd64-spot');
    expect(spec.replicas).toBe(1);
    expect(metadata.annotations).not.toHaveProperty(['gitlab-runner-fleet/waiting-for']);
    const secret = find(objects, 'SealedSecret', 'runner-amd64-spot-token');
    expect(Object.values(secret.spec.encryptedData)).toEqual([fakeCiphertext(1)]);
    expect(secret.metadata.annotations).not.toHaveProperty(['gitlab-runner-fleet/how-to-fill']);
  });

  test('that is sealed anew has another key, so that the new manager waits for the new Secret', () => {
    const changed = new Map(sealed);
    const file = 'sealed/production/amd64-spot.yaml';
    changed.set(file, (sealed.get(file) ?? '').replace(fakeCiphertext(1), fakeCiphertext(9)));
    const after = manifests(DEFAULT_FLEET, changed);
    const keyOf = (all: readonly Manifest[]) =>
      containerOf(find(all, 'Deployment', 'runner-amd64-spot')).env[0].valueFrom.secretKeyRef.key;
    expect(keyOf(after)).not.toBe(keyOf(objects));
    const rest = (all: readonly Manifest[]) =>
      all.filter(({ metadata }) => !metadata.name.startsWith('runner-amd64-spot'));
    expect(rest(after)).toEqual(rest(objects));
  });

  test('is never pruned: its Secret would go with it', () => {
    expect(placeholder.metadata.annotations).toMatchObject({
      'kustomize.toolkit.fluxcd.io/prune': 'disabled',
      'argocd.argoproj.io/sync-options': 'Delete=false,Prune=false',
    });
  });

  test('of a wider scope carries the annotation of its scope', () => {
    const wide = new Map(sealed);
    const file = 'sealed/production/amd64-spot.yaml';
    wide.set(file, (sealed.get(file) ?? '').replace('scope: strict', 'scope: cluster-wide'));
    const secret = find(manifests(DEFAULT_FLEET, wide), 'SealedSecret', 'runner-amd64-spot-token');
    expect(secret.metadata.annotations['sealedsecrets.bitnami.com/cluster-wide']).toBe('true');
  });
});

describe('a token from a store outside the cluster', () => {
  const tokens: TokensProps = { from: 'external-secret', store: 'aws', property: 'token' };
  const [first, ...others] = DEFAULT_FLEET.runners;
  const external = manifests({
    ...DEFAULT_FLEET,
    tokens,
    runners: [{ ...first, token: { version: '7' } }, ...others],
  });

  test('is an ExternalSecret that becomes the Secret that the manager reads, and never a SealedSecret', () => {
    const secret = find(external, 'ExternalSecret', 'runner-arm64-spot-token', 'gitlab-runners');
    expect(secret.apiVersion).toBe('external-secrets.io/v1');
    expect(secret.spec).toMatchObject({
      refreshInterval: '1h',
      secretStoreRef: { kind: 'ClusterSecretStore', name: 'aws' },
      target: { name: 'runner-arm64-spot-token', creationPolicy: 'Owner', deletionPolicy: 'Retain' },
      data: [
        { secretKey: 'token', remoteRef: { key: 'gitlab-runners/production/arm64-spot', property: 'token' } },
      ],
    });
    const { replicas, template } = find(external, 'Deployment', 'runner-arm64-spot').spec;
    expect(replicas).toBe(1);
    expect(template.spec.containers[0].env[0].valueFrom.secretKeyRef).toEqual({
      name: 'runner-arm64-spot-token',
      key: 'token',
    });
    expect(external.some(({ kind }) => kind === 'SealedSecret')).toBe(false);
  });

  test('of a version has a key of its own, so that the next version is another pod', () => {
    const [data] = find(external, 'ExternalSecret', 'runner-amd64-spot-token').spec.data;
    expect(data.secretKey).toMatch(/^token-[0-9a-f]{8}$/);
    expect(data.remoteRef.version).toBe('7');
    const [token] = containerOf(find(external, 'Deployment', 'runner-amd64-spot')).env;
    expect(token.valueFrom.secretKeyRef.key).toBe(data.secretKey);
  });

  test('is never pruned: its Secret would go with it', () => {
    const { annotations } = find(external, 'ExternalSecret', 'runner-amd64-spot-token').metadata;
    expect(annotations).toMatchObject({
      'kustomize.toolkit.fluxcd.io/prune': 'disabled',
      'argocd.argoproj.io/sync-options': 'Delete=false,Prune=false',
    });
  });
});

test('a token in a Secret that exists renders no Secret of any kind, and the Deployment says so', () => {
  const [first, ...others] = DEFAULT_FLEET.runners;
  const existing = manifests({
    ...DEFAULT_FLEET,
    tokens: { from: 'existing-secret' },
    runners: [{ ...first, token: { secret: 'team-tokens', key: 'amd64' } }, ...others],
  });
  expect(existing.map(({ kind }) => kind).filter((kind) => kind.includes('Secret'))).toEqual([]);
  const deployment = find(existing, 'Deployment', 'runner-amd64-spot');
  expect(containerOf(deployment).env[0].valueFrom.secretKeyRef).toEqual({
    name: 'team-tokens',
    key: 'amd64',
  });
  expect(deployment.metadata.annotations['gitlab-runner-fleet/existing-secret']).toBe('team-tokens');
  expect(deployment.spec.replicas).toBe(1);
});

test('the tags to set in GitLab stand on the objects of a runner', () => {
  for (const [kind, name] of [
    ['Deployment', 'runner-arm64-on-demand'],
    ['SealedSecret', 'runner-arm64-on-demand-token'],
  ]) {
    expect(find(objects, kind, name).metadata.annotations['gitlab-runner-fleet/tags']).toBe(
      'arm64,aarch64,graviton,on-demand',
    );
  }
});

test('every object carries the recommended labels', () => {
  for (const { kind, metadata } of [...objects, ...manifests(VARIED_FLEET)]) {
    expect([kind, metadata.labels]).toEqual([
      kind,
      expect.objectContaining({
        'app.kubernetes.io/name': 'gitlab-runner',
        'app.kubernetes.io/instance': expect.any(String),
        'app.kubernetes.io/component': expect.any(String),
        'app.kubernetes.io/part-of': expect.stringMatching(/^(production|lab)$/),
        'app.kubernetes.io/managed-by': 'cdk8s',
      }),
    ]);
  }
});
