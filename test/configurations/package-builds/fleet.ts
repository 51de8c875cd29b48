import type { JobPodAffinityProps, RunnerProps } from '../../../lib/fleet/props/runner';
import type { Configuration } from '../configuration';
import {
  ALWAYS_PULLED,
  because,
  DISK,
  defaultImage,
  HELPER_CPU,
  linux,
  NO_TOKEN,
  ownNamespace,
  ownNodes,
  propagated,
  SERVICE,
  UNPRIVILEGED,
  WHY,
} from '../wanted';

/** Jobs go where others of the fleet run, so that nodes empty together. */
const packed = (weight: number): JobPodAffinityProps => ({
  prefer: 'together',
  topologyKey: 'topology.kubernetes.io/zone',
  matchLabels: { 'acme.example/runner': 'true' },
  weight,
});

const BUILDS = {
  capacity: 'spot',
  managers: 3,
  concurrency: 40,
  jobServiceAccount: { name: 'runner' },
  build: {
    cpu: { request: '750m', maxRequest: '16', maxLimit: '32' },
    memory: { request: '2G', limit: '96G', maxRequest: '64G', maxLimit: '96G' },
  },
} as const satisfies Partial<RunnerProps>;

const FORMER_FLAG = because(
  'the runner has no such flag any more',
  'config.environment.FF_GITLAB_REGISTRY_HELPER_IMAGE: 1 -> none',
);

/** Jobs of this runner bring no services. */
const WITHOUT_SERVICE = 'build+helper+init-permissions';

const SIZES = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'];

export const configuration: Configuration = {
  fleet: {
    name: 'packages',
    clusterName: 'acme-builds',
    gitlabUrl: 'https://gitlab.example.com',
    managerNodes: { nodeSelector: { 'acme.example/node-pool': 'base' } },
    nodeClass: {
      rootVolume: { size: '200Gi' },
      userData: `apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  kubelet:
    config:
      serializeImagePulls: true
`,
    },
    nodePoolDefaults: {
      instanceSizes: SIZES,
      minCpu: 1,
      maxCpu: 64,
      minGeneration: 4,
      zones: ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d'],
      consolidateAfter: '5m',
      startupTaints: { 'acme.example/certificate-pending=true': 'NoSchedule' },
    },
    nodePools: [
      { pool: 'graviton4', arch: 'arm64', capacity: 'spot', instanceFamilies: ['c8g', 'm8g', 'r8g'] },
      // Both levels: Karpenter takes what is cheapest.
      {
        pool: 'x86-64-v3',
        arch: 'amd64',
        capacity: 'spot',
        instanceFamilies: ['c5', 'c5a', 'c6a', 'c6i', 'm5', 'm5a', 'm6a', 'm6i', 'r5', 'r5a', 'r6a', 'r6i'],
      },
      {
        pool: 'x86-64-v4',
        arch: 'amd64',
        capacity: 'spot',
        instanceFamilies: ['c5', 'c6i', 'm5', 'm6i', 'r5', 'r6i'],
      },
      {
        pool: 'signing',
        arch: 'amd64',
        capacity: 'spot',
        instanceFamilies: ['c5', 'c6i', 'm5', 'm6i', 'r5', 'r6i'],
      },
    ],
    network: { metricsFrom: ['monitoring'] },
    existing: [
      'Secret/pipeline-protected/intermediate-signing-key',
      'Secret/pipeline-signing/signing-key-encrypted',
    ],
    runnerDefaults: {
      exactTags: true,
      longestJob: '6h',
      jobNamespace: 'pipeline',
      jobImage: 'busybox:1.32.0',
      helper: { memory: { request: '512M', limit: null } },
      podLabels: { 'acme.example/runner': 'true' },
      podAnnotations: { 'pod-cleanup.gitlab.com/ttl': '12h' },
      config: { runner: { output_limit: 20480 } },
    },
    runners: [
      {
        ...BUILDS,
        name: 'graviton4',
        arch: 'arm64',
        pool: 'graviton4',
        tags: ['aarch64', 'graviton4', 'public'],
        locked: false,
        podLabels: { 'gitlab/ci_job_size': '$CI_JOB_SIZE' },
        podAnnotations: { 'gitlab/ci_job_url': '$CI_JOB_URL' },
        job: {
          preBuildScript: 'fetch-credentials > envvars && . ./envvars && rm envvars',
          podAffinity: [packed(1)],
        },
      },
      {
        ...BUILDS,
        name: 'x86-64-v3',
        arch: 'amd64',
        pool: 'x86-64-v3',
        tags: ['x86_64', 'x86_64_v3', 'public'],
        locked: false,
        podLabels: { 'gitlab/ci_job_size': '$CI_JOB_SIZE' },
        podAnnotations: { 'gitlab/ci_job_url': '$CI_JOB_URL' },
        build: { ...BUILDS.build, cpu: { ...BUILDS.build.cpu, maxLimit: '24' } },
        job: { podAffinity: [packed(4)] },
      },
      {
        ...BUILDS,
        name: 'x86-64-v4-protected',
        arch: 'amd64',
        pool: 'x86-64-v4',
        tags: ['x86_64', 'x86_64_v4', 'protected'],
        protected: true,
        jobNamespace: 'pipeline-protected',
        podLabels: { 'gitlab/ci_job_size': '$CI_JOB_SIZE' },
        podAnnotations: { 'gitlab/ci_job_url': '$CI_JOB_URL' },
        volumes: [{ mountPath: '/mnt/key', secret: 'intermediate-signing-key', readOnly: true }],
        job: { podAffinity: [packed(1)] },
      },
      {
        name: 'signing',
        arch: 'amd64',
        capacity: 'spot',
        pool: 'signing',
        concurrency: 20,
        tags: ['notary', 'protected'],
        protected: true,
        jobNamespace: 'pipeline-signing',
        jobServiceAccount: { name: 'notary' },
        jobImage: 'ghcr.io/acme/notary:0.0.4',
        build: {
          cpu: { request: '10', limit: '10', maxRequest: '10' },
          memory: { request: '8G', limit: '64G', maxRequest: '64G', maxLimit: '64G' },
        },
        podAnnotations: { 'pod-cleanup.gitlab.com/ttl': '7h' },
        job: { allowedImages: ['ghcr.io/acme/notary:*', 'ghcr.io/acme/notary@*'] },
        volumes: [
          { mountPath: '/mnt/keys/signing', secret: 'signing-key-encrypted', readOnly: true },
          { mountPath: '/mnt/gnupg', emptyDir: { medium: 'Memory' } },
        ],
        // No service at all, which no pattern says.
        config: { runner: { kubernetes: { allowed_services: [''] } } },
      },
    ],
  },
  warns: {
    'fits/few-spot-types': 'no other families have Graviton 4',
    'pools-usable/startup-taint':
      'a controller of the cluster takes it off nodes that have their certificate',
  },
  differs: {
    graviton4: [
      defaultImage('busybox:1.32.0'),
      ownNodes('graviton4', 'spot'),
      linux('arm64'),
      NO_TOKEN,
      UNPRIVILEGED,
      ALWAYS_PULLED,
      DISK,
      SERVICE,
      because(
        WHY.tag,
        'helper+init-permissions.image: registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:arm64-latest -> registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:arm64-v19.3.0',
      ),
      HELPER_CPU,
      because(
        WHY.nodes,
        'nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: [{"matchExpressions":[{"key":"acme.example/graviton","operator":"In","values":["4"]}]}] -> none',
        'tolerations.acme.example/runner-taint=true:NoSchedule: Equal -> none',
      ),
      FORMER_FLAG,
    ],
    signing: [
      defaultImage('ghcr.io/acme/notary:0.0.4'),
      propagated(['/mnt/gnupg'], WITHOUT_SERVICE),
      ownNamespace('pipeline', 'pipeline-signing'),
      ownNodes('signing', 'spot'),
      NO_TOKEN,
      because(WHY.pull, 'build+helper+init-permissions.imagePullPolicy: IfNotPresent -> Always'),
      because(
        WHY.rights,
        'build+helper+init-permissions.securityContext.allowPrivilegeEscalation: none -> false',
        'securityContext.seccompProfile.type: none -> RuntimeDefault',
      ),
      because(
        WHY.disk,
        'build.resources.limits.ephemeral-storage: none -> 20Gi',
        'build.resources.requests.ephemeral-storage: none -> 20Gi',
        'build.resources.requests.ephemeral-storage: none -> 5Gi',
        'helper+init-permissions.resources.limits.ephemeral-storage: none -> 10Gi',
        'helper+init-permissions.resources.requests.ephemeral-storage: none -> 1Gi',
      ),
      because(WHY.ceiling, 'build.resources.requests.memory: 8G -> 64G'),
      HELPER_CPU,
      because(WHY.system, 'nodeSelector.kubernetes.io/os: none -> linux'),
      because(WHY.nodes, 'tolerations.acme.example/notary-taint=true:NoSchedule: Equal -> none'),
      FORMER_FLAG,
    ],
    'x86-64-v3': [
      defaultImage('busybox:1.32.0'),
      ownNodes('x86-64-v3', 'spot'),
      linux('amd64'),
      NO_TOKEN,
      UNPRIVILEGED,
      ALWAYS_PULLED,
      DISK,
      SERVICE,
      HELPER_CPU,
      because(
        'nodes of both levels are in the pool, which has a label and a taint of its own',
        'nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution: [{"weight":2,"preference":{"matchExpressions":[{"key":"acme.example/x86_64","operator":"In","values":["v3"]}]}}] -> none',
        'nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: [{"matchExpressions":[{"key":"acme.example/x86_64","operator":"In","values":["v3","v4"]}]}] -> none',
        'tolerations.acme.example/runner-taint=true:NoSchedule: Equal -> none',
      ),
      FORMER_FLAG,
    ],
    'x86-64-v4-protected': [
      ownNamespace('pipeline', 'pipeline-protected'),
      defaultImage('busybox:1.32.0'),
      ownNodes('x86-64-v4', 'spot'),
      linux('amd64'),
      NO_TOKEN,
      UNPRIVILEGED,
      ALWAYS_PULLED,
      DISK,
      SERVICE,
      HELPER_CPU,
      because(
        WHY.nodes,
        'nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: [{"matchExpressions":[{"key":"acme.example/x86_64","operator":"In","values":["v4"]}]}] -> none',
        'tolerations.acme.example/runner-taint=true:NoSchedule: Equal -> none',
      ),
      FORMER_FLAG,
    ],
  },
};
