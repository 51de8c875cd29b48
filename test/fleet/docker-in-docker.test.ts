import { RUNNER_DEFAULTS } from '../../lib/fleet/defaults';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { DockerInDockerProps, RunnerProps } from '../../lib/fleet/props/runner';
import { DOCKER_CLIENT_IMAGE, DOCKER_DAEMON_IMAGE } from '../../lib/fleet/versions';
import { jobPod } from '../../lib/gitlab-runner/executor/job-pod';
import { findingsIn } from '../checks/cases';
import { DEFAULT_FLEET, faultsOf, find, manifests, render, resolveOne } from '../fleets';

const DOCKER: RunnerProps = {
  name: 'docker',
  arch: 'amd64',
  capacity: 'on-demand',
  exactTags: true,
  tags: ['docker'],
  dockerInDocker: {},
};
const fleet = (
  dockerInDocker: DockerInDockerProps = {},
  change: Partial<RunnerProps> = {},
  all: Partial<RunnerFleetProps> = {},
): RunnerFleetProps => ({
  ...DEFAULT_FLEET,
  ...all,
  runners: [...DEFAULT_FLEET.runners, { ...DOCKER, dockerInDocker, ...change }],
});
const tableOf = (described: RunnerFleetProps) => {
  const runner = resolveOne(described).runners.find(({ name }) => name === 'docker');
  return runner?.managers[0].config.runners[0] ?? fail('no such runner');
};
const podOf = (described: RunnerFleetProps, job = {}) => jobPod(tableOf(described), job);
const fail = (why: string): never => {
  throw new Error(why);
};

describe('the daemon of a job', () => {
  const pod = podOf(fleet());
  if ('refused' in pod) throw new Error(pod.message);
  const container = (name: string) => pod.containers.find((one) => one.name === name) ?? fail(name);

  test('is a service of a pinned release, and the one container that is privileged', () => {
    expect(container('docker').image).toBe(DOCKER_DAEMON_IMAGE);
    expect(pod.containers.filter(({ privileged }) => privileged).map(({ name }) => name)).toEqual(['docker']);
    expect(container('build').allowPrivilegeEscalation).toBe(false);
  });

  test('has a client of the same release, which finds it by variables', () => {
    expect(container('build').image).toBe(DOCKER_CLIENT_IMAGE);
    const [daemon, client] = [DOCKER_DAEMON_IMAGE, DOCKER_CLIENT_IMAGE].map((one) =>
      one.replace(/-\w+$/, ''),
    );
    expect(client).toBe(daemon);
    expect(tableOf(fleet()).environment).toEqual([
      'DOCKER_HOST=tcp://docker:2376',
      'DOCKER_TLS_CERTDIR=/certs',
      'DOCKER_TLS_VERIFY=1',
      'DOCKER_CERT_PATH=/certs/client',
    ]);
  });

  test('shares its certificates with the build, in memory, and keeps layers where they count', () => {
    for (const name of ['build', 'docker'])
      expect(container(name).volumeMounts.map(({ mountPath }) => mountPath)).toEqual(
        expect.arrayContaining(['/certs/client', '/var/lib/docker']),
      );
    expect(pod.volumes).toContainEqual({ name: 'docker-certs', emptyDir: { medium: 'Memory' } });
    expect(pod.volumes).toContainEqual({ name: 'docker-layers', emptyDir: {} });
  });

  test('makes certificates whatever a job sets, and the job waits until it listens', () => {
    expect(tableOf(fleet()).kubernetes.services?.[0].environment).toEqual([
      'DOCKER_TLS_CERTDIR=/certs',
      'HEALTHCHECK_TCP_PORT=2376',
    ]);
  });

  test('has the room of a build, and the build that of a service', () => {
    const { kubernetes } = tableOf(fleet());
    const plain = resolveOne(DEFAULT_FLEET).runners[0].managers[0].config.runners[0].kubernetes;
    expect(kubernetes.service_memory_limit).toBe(plain.memory_limit);
    expect(kubernetes.cpu_request).toBe(plain.service_cpu_request);
  });
});

test('the daemon is told its mirror and its MTU, for networks of jobs too', () => {
  const { services } = tableOf(fleet({ registryMirror: 'https://mirror.example.com', mtu: 1450 })).kubernetes;
  expect(services?.[0].command).toEqual([
    '--registry-mirror=https://mirror.example.com',
    '--mtu=1450',
    '--default-network-opt=bridge=com.docker.network.driver.mtu=1450',
  ]);
});

test('jobs reach the port of the mirror, and a policy that shuts it is found', () => {
  const described = fleet({ registryMirror: 'https://mirror.example.com:5443' });
  const egress = JSON.stringify(
    find(manifests(described), 'NetworkPolicy', 'default', 'gitlab-jobs-privileged').spec,
  );
  expect(egress).toContain('5443');
  const files = render(described);
  const shut = files.map(({ path, text }) => ({
    path,
    text: path.includes('networkpolicy-') ? text.replaceAll('port: 5443', 'port: 5444') : text,
  }));
  expect(findingsIn(files).map(({ id }) => id)).not.toContain('reaches/job');
  expect(findingsIn(shut).find(({ id }) => id === 'reaches/job')?.why).toMatch(
    /no way to the registry mirror/,
  );
});

test('no proxy is asked for the daemon', () => {
  const proxy = { http: 'http://proxy.example.com:3128' };
  const { environment = [] } = tableOf(fleet({}, {}, { proxy }));
  const past = environment.find((line) => line.startsWith('no_proxy='));
  expect(past?.split(',')).toContain('docker');
  const [other] = resolveOne(fleet({}, {}, { proxy })).runners;
  expect(JSON.stringify(other.managers[0].config)).not.toContain(',docker');
});

describe('services of jobs', () => {
  test('are refused, a second daemon too, and take no room', () => {
    expect(podOf(fleet(), { services: ['docker:28-dind'] })).toMatchObject({
      refused: 'runner_system_failure',
    });
    const [runner] = resolveOne(fleet()).runners.slice(-1);
    expect(runner.largestJobWithServices).toEqual(runner.largestJob);
  });

  test('are taken where they are allowed, and have the room of maxServices', () => {
    const described = fleet({ allowedServices: ['postgres:*'] });
    expect(podOf(described, { services: ['postgres:17'] })).toHaveProperty('containers');
    expect(podOf(described, { services: ['redis:8'] })).toHaveProperty('refused');
    const [runner] = resolveOne(described).runners.slice(-1);
    const { cpu } = runner.largestJobWithServices;
    expect(cpu).toBeGreaterThan(runner.largestJob.cpu);
    expect(RUNNER_DEFAULTS.maxServices).toBe(4);
  });
});

describe('nodes and namespaces', () => {
  const objects = manifests(fleet());

  test('are those of privileged jobs, and all others keep theirs', () => {
    const level = (name: string) =>
      find(objects, 'Namespace', name).metadata.labels['pod-security.kubernetes.io/enforce'];
    expect(level('gitlab-jobs-privileged')).toBe('privileged');
    expect(level('gitlab-jobs')).toBe('baseline');
    const pool = find(objects, 'NodePool', 'gitlab-privileged-amd64-on-demand');
    expect(pool.spec.template.spec.taints).toMatchObject([{ value: 'gitlab-privileged' }]);
  });

  test('are proved to be apart', () => {
    expect(findingsIn(render(fleet())).filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  test('have room for the one job of a runner that takes one at a time', () => {
    const noticed = findingsIn(render(fleet({}, { concurrency: 1 })));
    expect(noticed.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('may not be shared with other jobs', () => {
    expect(faultsOf(fleet({}, { pool: 'jobs', jobNamespace: 'gitlab-jobs' })).join('\n')).toMatch(
      /privileged jobs own their node/,
    );
  });
});

test('room that is held counts the daemon', () => {
  const prewarm = { jobs: 2, hours: ['* 8-17 * * *'], timezone: 'UTC' };
  const [own] = resolveOne(fleet({}, { prewarm })).runners.slice(-1);
  // 250m for the build, 100m for the helper, 1 for the daemon: 5.4 times the build.
  expect(own.managers[0].config.runners[0].kubernetes.autoscaler?.max_pause_pods).toBe(11);
});

test('a runner may turn off the daemon of all runners', () => {
  const described: RunnerFleetProps = {
    name: 'production',
    runnerDefaults: { dockerInDocker: {} },
    runners: [{ name: 'docker', arch: 'amd64', capacity: 'spot', dockerInDocker: null }],
  };
  expect(tableOf(described).kubernetes.services).toBeUndefined();
  expect(tableOf(described).kubernetes.namespace).toBe('gitlab-jobs');
});

// biome-ignore format: a table of cases
test.each<[string, DockerInDockerProps, Partial<RunnerProps>, RegExp]>([
  ['a floating image', { image: 'docker:latest' }, {}, /dockerInDocker > image: a floating tag/],
  ['a mirror without a scheme', { registryMirror: 'mirror.example.com' }, {}, /write "https:\/\/mirror\.example\.com"/],
  ['a mirror by one name and its port', { registryMirror: 'mirror:5000' }, {}, /write "https:\/\/mirror:5000"/],
  ['a mirror with a path', { registryMirror: 'https://mirror.example.com/v2/hub' }, {}, /write "https:\/\/mirror\.example\.com"/],
  ['a mirror that is empty', { registryMirror: '' }, {}, /write "https:\/\/mirror\.example\.com"/],
  ['a mirror in ECR', { registryMirror: 'https://123456789012.dkr.ecr.eu-west-1.amazonaws.com' }, {}, /the daemon has no password for ECR/],
  ['packets of no size', { mtu: 0 }, {}, /a whole number from 576 to 9001/],
  ['a service with a space', { allowedServices: ['a b'] }, {}, /allowedServices\[0\]/],
  ['a broken pattern', { allowedServices: ['postgres:['] }, {}, /allowedServices\[0\]: a bracket opens/],
  ['a variable by which jobs find the daemon', {}, { job: { environment: { DOCKER_HOST: 'tcp://other:2375' } } }, /job\.environment\.DOCKER_HOST[\s\S]*so that jobs find the daemon/],
  ['a service with the name of the daemon', {}, { job: { services: [{ image: 'redis:7.2', alias: 'docker' }] } }, /jobs find it by the name/],
  ['one folder for the keys of all daemons', {}, { volumes: [{ mountPath: '/certs/client', claim: 'keys' }] }, /volumes\[0\]\.mountPath: the Docker daemon of each job writes its own keys there/],
  ['one folder for the layers of all daemons', {}, { concurrency: 4, volumes: [{ mountPath: '/var/lib/docker', claim: 'layers' }] }, /up to 4 daemons would write to one folder[\s\S]*perSlot: true/],
  ['rootless builds too', {}, { rootlessBuilds: true }, /either with a Docker daemon or rootless/],
  ['Fargate', {}, { capacity: 'fargate' }, /Fargate runs no privileged containers, and a Docker daemon is one/],
  ['an unprivileged daemon', {}, { config: { runner: { kubernetes: { service_container_security_context: { privileged: false } } } } }, /does not start without privileges/],
])('%s is refused', (_, dockerInDocker, change, says) => {
  expect(faultsOf(fleet(dockerInDocker, change)).join('\n')).toMatch(says);
});

test('only services that are named for the daemon may come beside it, and those of the runner itself', () => {
  const described = fleet(
    { allowedServices: ['postgres:*'] },
    { job: { services: [{ image: 'redis:7.2' }], allowedServices: ['anything/**'] } },
  );
  const { allowed_services: allowed } = tableOf(described).kubernetes;
  expect(allowed).toEqual(expect.arrayContaining(['postgres:*', 'redis:7.2']));
  expect(allowed).not.toContain('anything/**');
});

test('a password in the address of a mirror is refused, and not printed', () => {
  const message = faultsOf(fleet({ registryMirror: 'https://ci:hunter2@mirror.example.com' })).join('\n');
  expect(message).toMatch(/would be in config\.toml for all to read/);
  expect(message).not.toContain('hunter2');
});
