import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { parseToml } from '../../lib/values/toml';
import { CERTIFICATE } from '../certificate';
import * as project from '../cli/new-project';
import { installPackage } from '../installed-package';
import { programOf } from './programs';

/** Pages by task. Every `main.ts` in them is compiled, rendered and proved as written, with the packed package. */
const PAGES = [
  'upgrade',
  'internal-ca',
  'proxy',
  'network',
  'private-registries',
  'image-builds',
  'jobs',
  'caches',
  'volumes',
  'managers',
  'monitoring',
  'cleanup',
  'web-terminals',
  'deploy-runners',
  'gpu',
  'nodes',
  'auto-mode',
  'helm',
  'clusters',
  'scale',
  'cost',
  'pipelines',
  'pending-jobs',
];
/** Other pages, whose blocks may be parts of a description: each is compiled, rendered and proved in its place. */
const OTHER_PAGES = ['extend', 'gitlab', 'tokens', 'runner-releases', '../README'];
const read = (page: string) => readFileSync(`docs/${page}.md`, 'utf8');
const blocks = (page: string, language: string) =>
  [...read(page).matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, 'gm'))].map(
    ([, text]) => text,
  );

/** The programs of all pages, by the folder that each is rendered in. */
const PROGRAMS = PAGES.flatMap((page) =>
  blocks(page, 'ts').map((text, index) => ({ folder: `${page}-${index + 1}`, text })),
);

const PARTS = OTHER_PAGES.flatMap((page) =>
  blocks(page, 'ts').map((text, index) => ({
    folder: `${page.replace('../', '')}-${index + 1}`,
    text: programOf(text),
  })),
);

let scratch: project.Scratch;
let home: string;
beforeAll(() => {
  scratch = project.makeScratch();
  home = join(scratch.path, 'pages');
  for (const { folder, text } of [...PROGRAMS, ...PARTS]) {
    project.write(home, `${folder}/main.ts`, text);
    project.write(home, `${folder}/cdk8s.yaml`, 'language: typescript\napp: node main.js\n');
    project.write(home, `${folder}/gitlab-ca.crt`, CERTIFICATE);
    project.write(home, `${folder}/objects/settings.yaml`, SETTINGS);
  }
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    skipLibCheck: true,
    types: ['node'],
  };
  project.write(home, 'tsconfig.json', JSON.stringify({ compilerOptions, include: ['*/main.ts'] }));
  installPackage(home, scratch.tarball);
  const compiled = project.runIn(home, 'node_modules/.bin/tsc');
  expect([compiled.status, compiled.stdout]).toEqual([0, '']);
}, 240_000);
afterAll(() => project.removeScratch(scratch));

/** An object of the owner, as docs/extend.md names its file. */
const SETTINGS = `apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: gitlab-jobs }
`;

test('every page has a program but the last, which has commands', () => {
  const without = PAGES.filter((page) => blocks(page, 'ts').length === 0);
  expect(without).toEqual(['pending-jobs']);
});

test.each(PROGRAMS.map(({ folder }) => folder))('main.ts of %s is rendered and proved', (folder) => {
  const { status, stderr } = project.runIn(join(home, folder), process.execPath, 'main.js');
  expect([status, stderr]).toEqual([0, expect.stringContaining('Waiting for a sealed token')]);
  const check = project.fleet(home, 'check', `${folder}/dist`);
  expect([check.status, check.stdout]).toEqual([0, expect.stringMatching(/0 errors, 0 warnings/)]);
});

test('pages about more than one task have blocks of a description', () => {
  const without = OTHER_PAGES.filter((page) => blocks(page, 'ts').length === 0);
  expect(without).toEqual([]);
});

test.each(PARTS.map(({ folder }) => folder))(
  'what %s says of a description is rendered and proved',
  (folder) => {
    const { status, stderr } = project.runIn(join(home, folder), process.execPath, 'main.js');
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^(production|staging)-\S+ /m)]);
  },
);

// biome-ignore lint/suspicious/noExplicitAny: manifests of every kind
const object = (folder: string, file: string): any => parse(project.read(home, `${folder}/dist/${file}`));
const managerPod = (folder: string, runner: string) =>
  object(folder, `production/runners/${runner}/deployment.yaml`).spec.template.spec;
// biome-ignore lint/suspicious/noExplicitAny: a config.toml
const runnerTable = (folder: string, runner: string, fleet = 'production'): any => {
  const toml = object(folder, `${fleet}/runners/${runner}/configmap.yaml`).data['config.toml'];
  // biome-ignore lint/suspicious/noExplicitAny: a config.toml
  return (parseToml(toml) as any).runners[0];
};

describe('what is rendered does what the page says', () => {
  test('internal CA: managers mount it and read it, nodes trust it', () => {
    const { containers, volumes } = managerPod('internal-ca-1', 'amd64-spot');
    expect(object('internal-ca-1', 'production/base/configmap-gitlab-ca-gitlab-runners.yaml').data).toEqual({
      'ca.crt': CERTIFICATE,
    });
    expect(volumes.map(({ name }: { name: string }) => name)).toEqual(['config', 'home', 'tmp', 'gitlab-ca']);
    const [{ mountPath }] = containers[0].volumeMounts.filter(
      ({ name }: { name: string }) => name === 'gitlab-ca',
    );
    expect(runnerTable('internal-ca-1', 'amd64-spot')['tls-ca-file']).toBe(`${mountPath}/ca.crt`);
    const { userData } = object('internal-ca-1', 'production/karpenter/ec2nodeclass-gitlab-jobs.yaml').spec;
    expect(userData).toContain(CERTIFICATE.trim());
    expect(spawnSync('bash', ['-n'], { input: userData }).status).toBe(0);
  });

  test('monitoring: Prometheus selects the objects, reaches the managers, and alerts lead to the runbooks', () => {
    const folder = 'production/monitoring';
    const { metadata, spec } = object('monitoring-1', `${folder}/podmonitor-gitlab-runner-managers.yaml`);
    expect([metadata.labels.release, spec.podMetricsEndpoints[0].port]).toEqual([
      'kube-prometheus-stack',
      'metrics',
    ]);
    const [{ from }] = object('monitoring-1', 'production/runners/networkpolicy-gitlab-runners.yaml').spec
      .ingress;
    expect(from).toEqual([
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } },
    ]);
    const [{ rules }] = object('monitoring-1', `${folder}/prometheusrule-gitlab-runner-nodes.yaml`).spec
      .groups;
    expect(rules[0].annotations.runbook_url).toBe(
      'https://wiki.example.com/runners/runbooks#gitlabrunnerpoolnearlimit',
    );
    const [own] = object('monitoring-1', `${folder}/prometheusrule-runner-amd64-spot.yaml`).spec.groups;
    const [[printed]] = blocks('monitoring', 'yaml').map((text) => parse(text));
    expect(own.rules.find(({ alert }: { alert: string }) => alert === printed.alert)).toEqual(printed);
  });

  test('proxy: managers, jobs and nodes know it, and its port is open', () => {
    const { containers } = managerPod('proxy-1', 'amd64-spot');
    const names = containers[0].env.map(({ name }: { name: string }) => name);
    expect(names).toEqual(['GITLAB_RUNNER_TOKEN', 'HOME', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']);
    expect(runnerTable('proxy-1', 'amd64-spot').environment).toHaveLength(6);
    const { userData } = object('proxy-1', 'production/karpenter/ec2nodeclass-gitlab-jobs.yaml').spec;
    const { kind, spec } = parse(userData);
    expect(kind).toBe('NodeConfig');
    const { HTTPS_PROXY, NO_PROXY } = spec.instance.environment.default;
    expect(HTTPS_PROXY).toMatch(/^http:\/\/proxy/);
    // The API as pods and as nodes reach it, the metadata service, and the VPC.
    expect(NO_PROXY.split(',')).toEqual(
      expect.arrayContaining(['10.100.0.0/16', '.eks.amazonaws.com', '169.254.169.254', '10.0.0.0/16']),
    );
    for (const file of ['networkpolicy-gitlab-jobs.yaml', 'networkpolicy-gitlab-runners.yaml'])
      expect(JSON.stringify(object('proxy-1', `production/runners/${file}`).spec.egress)).toContain('3128');
  });

  test('network: the VPC is shut to jobs but for what is named, and managers reach one namespace more', () => {
    const egress = (namespace: string) =>
      object('network-1', `production/runners/networkpolicy-${namespace}.yaml`).spec.egress;
    const [, everywhere, gitlab] = egress('gitlab-jobs');
    expect(everywhere.to[0].ipBlock.except).toContain('10.0.0.0/8');
    expect(gitlab.to).toEqual([{ ipBlock: { cidr: '10.20.1.10/32' } }]);
    expect(JSON.stringify(egress('gitlab-runners'))).toContain('observability');
  });

  test('private registries: pull secrets of jobs and managers, and images of the mirror', () => {
    const { image_pull_secrets, helper_image } = runnerTable('private-registries-1', 'amd64-spot').kubernetes;
    expect(image_pull_secrets).toEqual(['mirror']);
    for (const namespace of ['gitlab-jobs', 'gitlab-runners']) {
      const file = `production/base/sealedsecret-${namespace}.mirror.yaml`;
      expect(object('private-registries-1', file).spec.template.type).toBe('kubernetes.io/dockerconfigjson');
    }
    const { imagePullSecrets, containers } = managerPod('private-registries-1', 'amd64-spot');
    expect(imagePullSecrets).toEqual([{ name: 'mirror' }]);
    const [{ image }] = containers;
    for (const one of [image, helper_image])
      expect(one).toMatch(/^mirror\.example\.com\/gitlab-org\/gitlab-runner/);
  });

  test('private registries: nodes know their mirrors, and images of ECR are named by it', () => {
    const { userData } = object(
      'private-registries-2',
      'production/karpenter/ec2nodeclass-gitlab-jobs.yaml',
    ).spec;
    expect(userData).toContain('/etc/containerd/certs.d/docker.io/hosts.toml');
    const { image, helper_image } = runnerTable('private-registries-3', 'amd64-spot').kubernetes;
    for (const one of [image, helper_image]) expect(one).toMatch(/\.dkr\.ecr\.eu-west-1\.amazonaws\.com\//);
  });

  test('docker-in-docker: a privileged runner in a namespace of its own, with the daemon and its certificates', () => {
    const { environment, kubernetes } = runnerTable('image-builds-1', 'docker');
    expect(kubernetes).toMatchObject({ privileged: false, namespace: 'gitlab-jobs-privileged' });
    expect(kubernetes.services).toMatchObject([{ alias: 'docker' }]);
    const [{ mount_path }] = kubernetes.volumes.empty_dir;
    expect(environment).toContain(`DOCKER_CERT_PATH=${mount_path}`);
  });

  test('caches: S3 without keys, and another store with keys from a Secret', () => {
    expect(runnerTable('caches-1', 'amd64-spot').cache.s3).toEqual({
      BucketName: 'acme-ci-cache',
      BucketLocation: 'eu-west-1',
      AuthenticationType: 'iam',
    });
    expect(runnerTable('caches-2', 'amd64-spot').cache.s3).toMatchObject({
      ServerAddress: 'minio.example.com:9000',
      AuthenticationType: 'iam',
    });
    const { env } = managerPod('caches-2', 'amd64-spot').containers[0];
    expect(env).toContainEqual({
      name: 'AWS_SECRET_ACCESS_KEY',
      valueFrom: { secretKeyRef: { name: 'cache-credentials', key: 'secretkey' } },
    });
  });

  test('jobs: scripts, services and patterns stand in the config, and a patch brings a container', () => {
    const table = runnerTable('jobs-1', 'amd64-spot');
    expect(table.environment).toContain('GIT_DEPTH=20');
    expect(table.pre_build_script.split('\n')).toHaveLength(2);
    expect(table.kubernetes.services).toMatchObject([{ alias: 'db' }]);
    expect(table.kubernetes.allowed_images).toEqual(['registry.example.com/**']);
    const [{ patch }] = runnerTable('jobs-2', 'amd64-spot').kubernetes.pod_spec;
    expect(JSON.parse(patch).initContainers).toHaveLength(1);
    const policy = object('jobs-2', 'production/runners/networkpolicy-gitlab-jobs.yaml').spec;
    expect(JSON.stringify(policy.egress)).toContain('10.0.0.2/32');
  });

  test('volumes: a claim for all jobs, disks for each slot, and a folder of the node', () => {
    const volumesOf = (folder: string, runner: string) => runnerTable(folder, runner).kubernetes.volumes;
    expect(volumesOf('volumes-1', 'amd64-spot').pvc).toMatchObject([
      { name: 'ccache', mount_path: '/cache/ccache' },
    ]);
    const claims = readdirSync(join(home, 'volumes-2/dist/production/base'));
    expect(
      claims.filter((file) => /persistentvolumeclaim-.*\.(clones-[0-3]|layers-[01])/.test(file)),
    ).toHaveLength(6);
    expect(volumesOf('volumes-3', 'amd64-nvme').host_path[0].host_path).toMatch(/^\/mnt\/k8s-disks\/0\//);
  });

  test('clean up: the cleanup waits for the longest job, its node and its grace, and comes from the mirror', () => {
    const { schedule, jobTemplate } = object(
      'cleanup-1',
      'production/runners/cronjob-orphan-cleanup.yaml',
    ).spec;
    expect(schedule).toBe('15 * * * *');
    const [{ env, image }] = jobTemplate.spec.template.spec.containers;
    expect(image).toBe('mirror.example.com/docker/library/node:24.19.0-alpine');
    expect(env).toContainEqual({ name: 'LONGEST_JOB_SECONDS', value: `${4 * 3600}` });
    expect(env).toContainEqual({ name: 'SPARE_SECONDS', value: `${600 + 30 + 20 * 60}` });
  });

  test('managers: the key file is mounted where the cache looks for it, and Prometheus reaches its port', () => {
    const { containers, topologySpreadConstraints } = managerPod('managers-1', 'amd64-spot');
    const { CredentialsFile } = runnerTable('managers-1', 'amd64-spot').cache.gcs;
    const mounts = containers[0].volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath);
    expect(mounts).toContain(CredentialsFile.replace(/\/[^/]+$/, ''));
    expect(topologySpreadConstraints[0].whenUnsatisfiable).toBe('DoNotSchedule');
    const [{ from, ports }] = object('managers-1', 'production/runners/networkpolicy-gitlab-runners.yaml')
      .spec.ingress;
    expect([from.length, ports[0].port]).toEqual([2, containers[0].ports[0].containerPort]);
  });

  test('web terminals: the Service leads to the port that the manager listens on', () => {
    const path = 'production/runners/amd64-debug';
    const [{ port, targetPort }] = object('web-terminals-1', `${path}/service-session.yaml`).spec.ports;
    const { ports } = managerPod('web-terminals-1', 'amd64-debug').containers[0];
    expect([port, ports.map(({ name }: { name: string }) => name)]).toEqual([
      443,
      expect.arrayContaining([targetPort]),
    ]);
    const [{ from }] = object('web-terminals-1', `${path}/networkpolicy-session.yaml`).spec.ingress;
    expect(from).toEqual([{ ipBlock: { cidr: '10.20.1.10/32' } }]);
  });

  test('deploy runners: the two fleets share nothing, and nothing is missing', () => {
    const { status, stdout } = project.fleet(home, 'check', 'deploy-runners-1/dist');
    expect([status, stdout]).toEqual([0, expect.stringMatching(/0 errors, 0 warnings/)]);
    expect(stdout).toContain(
      'Apart: production and protected share no node, namespace, cache, service account or token.',
    );
    expect(runnerTable('deploy-runners-1', 'deploy', 'protected').kubernetes).toMatchObject({
      namespace: 'protected-jobs',
      service_account: 'deploy',
    });
    const account = object('deploy-runners-1', 'protected/base/serviceaccount-protected-jobs.deploy.yaml');
    expect(JSON.stringify(account.metadata.annotations)).toContain(':role/ci-deploy');
  });

  test('deploy runners: howto prints the setting that the page promises', () => {
    const cwd = join(home, 'deploy-runners-1');
    const { stdout } = project.runIn(
      cwd,
      join(home, 'node_modules/.bin/runner-fleet'),
      'tokens',
      'howto',
      'protected/deploy',
    );
    expect(stdout).toContain('access_level=ref_protected');
    expect(read('deploy-runners')).toContain('`access_level=ref_protected`');
  });

  test('GPU: jobs ask for the card, and the toleration on the page is that of the pool', () => {
    expect(JSON.stringify(runnerTable('gpu-1', 'gpu').kubernetes.pod_spec)).toContain('nvidia.com/gpu');
    const [plugin] = blocks('gpu', 'yaml')
      .map((text) => parse(text))
      .filter(({ tolerations }) => tolerations);
    const pool = object('gpu-1', 'production/karpenter/nodepool-gitlab-gpu-amd64-on-demand.yaml');
    expect(plugin.tolerations).toEqual(pool.spec.template.spec.taints);
  });

  test('nodes: classes, pools and jobs are as the page says', () => {
    const classOf = (folder: string, name: string) =>
      object(folder, `production/karpenter/ec2nodeclass-${name}.yaml`).spec;
    expect(parse(classOf('nodes-1', 'gitlab-managers').userData).spec.kubelet.config).toEqual({
      serializeImagePulls: false,
      maxParallelImagePulls: 5,
    });
    expect(classOf('nodes-2', 'gitlab-jobs').amiSelectorTerms).toHaveLength(2);
    expect(classOf('nodes-3', 'gitlab-nvme-amd64-spot').instanceStorePolicy).toBe('RAID0');
    const [spotFirst, onDemand] = ['amd64-spot', 'amd64-on-demand'].map(
      (name) => runnerTable('nodes-4', name).kubernetes,
    );
    expect(spotFirst).not.toHaveProperty('affinity');
    expect(JSON.stringify(onDemand.affinity)).toContain('["reserved","on-demand"]');
    expect(classOf('nodes-5', 'gitlab-jobs').blockDeviceMappings[1].ebs.snapshotID).toMatch(/^snap-/);
    expect(managerPod('nodes-6', 'amd64-spot').nodeSelector).toMatchObject({
      'eks.amazonaws.com/nodegroup': 'platform',
    });
    expect(existsSync(join(home, 'nodes-6/dist/production/karpenter'))).toBe(false);
  });

  test('EKS Auto Mode: pools and classes are its own, and options are fields of the class', () => {
    const rendered = (folder: string, name: string) =>
      object(folder, `production/karpenter/${name}.yaml`).spec;
    const pool = rendered('auto-mode-1', 'nodepool-gitlab-jobs-amd64-spot-auto');
    expect(pool.template.spec.nodeClassRef).toEqual({
      group: 'eks.amazonaws.com',
      kind: 'NodeClass',
      name: 'gitlab-jobs',
    });
    expect(rendered('auto-mode-2', 'nodeclass-gitlab-jobs')).toMatchObject({
      role: 'eks-runner-nodes',
      ephemeralStorage: { size: '200Gi', throughput: 250, kmsKeyID: 'alias/nodes' },
      networkPolicyEventLogs: 'Enabled',
      podSubnetSelectorTerms: [{ tags: { Tier: 'pods' } }],
      advancedNetworking: { ipv4PrefixSize: '32' },
      certificateBundles: [{ name: 'registry-ca' }],
    });
  });

  test('Helm chart: the config has the keys that the values have', () => {
    const [values] = blocks('helm', 'yaml').map((text) => parse(text));
    // biome-ignore lint/suspicious/noExplicitAny: a config.toml
    const [theirs] = (parseToml(values.runners.config) as any).runners;
    const ours = runnerTable('helm-1', 'docker');
    expect(ours).toMatchObject(theirs);
    expect(ours.limit).toBe(values.concurrent);
  });

  test('pipelines: one runner takes jobs without tags, and the command says so', () => {
    const { metadata } = object('pipelines-1', 'production/runners/amd64-on-demand/deployment.yaml');
    expect(metadata.annotations['gitlab-runner-fleet/run-untagged']).toBe('true');
    project.write(home, 'pipelines-1/.gitlab-ci.yml', 'build: { script: make }\n');
    const args = ['pipelines', 'pipelines-1/.gitlab-ci.yml', '--fleet', 'pipelines-1/dist'];
    const { status, stdout } = project.fleet(home, ...(args as [string, ...string[]]));
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^build +- +production-amd64-on-demand /m)]);
  });

  test('several clusters: each has a folder, and its own nodes', () => {
    expect(readdirSync(join(home, 'clusters-1/dist')).sort()).toEqual([
      'production-eu',
      'production-us',
      'staging',
    ]);
    const nodes = object('clusters-1', 'production-us/karpenter/ec2nodeclass-gitlab-jobs.yaml').spec;
    expect([nodes.role, nodes.tags.region]).toEqual(['KarpenterNodeRole-prod-us', 'us']);
  });

  test('thousands of jobs: four clusters with the same runner, 5,000 jobs in each', () => {
    const shards = readdirSync(join(home, 'scale-1/dist'));
    expect(shards.sort()).toEqual(['ci-1', 'ci-2', 'ci-3', 'ci-4']);
    for (const shard of shards) {
      expect(readdirSync(join(home, 'scale-1/dist', shard, 'runners/arm64-spot')).length).toBeGreaterThan(20);
      const { role } = object('scale-1', `${shard}/karpenter/ec2nodeclass-gitlab-jobs.yaml`).spec;
      expect(role).toBe(`KarpenterNodeRole-${shard}`);
    }
  });
});

test.each(PAGES)('fragments of YAML in %s can be read, and commands are those of bash', (page) => {
  for (const text of blocks(page, 'yaml'))
    for (const document of parseAllDocuments(text)) expect(document.errors).toEqual([]);
  for (const text of blocks(page, 'sh'))
    expect([text, spawnSync('bash', ['-n'], { input: text.replace(/<\w+>/g, 'x') }).status]).toEqual([
      text,
      0,
    ]);
});

test.each([...PAGES, 'start', 'runner-releases', 'page'])('the README lists %s', (page) => {
  expect(readFileSync('README.md', 'utf8')).toContain(`](docs/${page}.md)`);
});

test('the Helm page names every option under the name that it has', () => {
  const options = readFileSync('docs/options.md', 'utf8');
  const table = read('helm').split('## Values')[1];
  const named = [...table.matchAll(/^\|[^|]*\|(.*)\|$/gm)].flatMap(([, right]) =>
    [...right.matchAll(/`([a-z][A-Za-z]+)(?=[`.:])/g)].map(([, name]) => name),
  );
  expect(named.length).toBeGreaterThan(30);
  const known = new Set([...options.matchAll(/^\| `(\w+)/gm)].map(([, name]) => name));
  const KEYS = ['config', 'patches', 'metrics', 'init', 'from', 'secret', 'key', 'dist', 'token', 'tags'];
  expect(named.filter((name) => !known.has(name) && !KEYS.includes(name))).toEqual([]);
});
