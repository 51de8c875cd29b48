import type { Configuration, Difference } from '../configuration';
import { ALWAYS_PULLED, because, HELPER_CPU, NO_TOKEN, ownNamespace, SERVICE, WHY } from '../wanted';

const OF_BOTH: readonly Difference[] = [
  NO_TOKEN,
  because(
    WHY.rights,
    'build+helper+init-permissions+svc-0.securityContext.allowPrivilegeEscalation: none -> false',
  ),
  ALWAYS_PULLED,
  SERVICE,
  because(
    WHY.disk,
    'build.resources.limits.ephemeral-storage: none -> 20Gi',
    'build.resources.requests.ephemeral-storage: 500M -> 20Gi',
    'helper+init-permissions+svc-0.resources.limits.ephemeral-storage: none -> 10Gi',
    'svc-0.resources.requests.ephemeral-storage: none -> 1Gi',
  ),
  HELPER_CPU,
  because('a request of one byte is a slip', 'helper+init-permissions.resources.requests.memory: 1 -> 256Mi'),
  because(
    'jobs of a Spot runner never run on demand, and the other way round',
    'nodeSelector.karpenter.sh/capacity-type: none -> on-demand',
  ),
  because(WHY.system, 'nodeSelector.kubernetes.io/arch: none -> amd64'),
];

/** Nodes with Windows are someone else's here: the NodePool stays as it is, and jobs go there. */
export const configuration: Configuration = {
  fleet: {
    name: 'windows',
    gitlabUrl: 'https://gitlab.example.com',
    managerNodes: { nodeSelector: { 'acme.example/node-pool': 'base' } },
    existingPools: [
      {
        pool: 'windows',
        nodeSelector: { 'kubernetes.io/os': 'windows', 'node.kubernetes.io/windows-build': '10.0.26100' },
        tolerations: { 'acme.example/runner-taint=true': 'NoSchedule', 'windows=true': 'NoSchedule' },
      },
    ],
    existing: ['Secret/pipeline-protected/intermediate-signing-key'],
    runnerDefaults: {
      managers: 3,
      concurrency: 40,
      exactTags: true,
      longestJob: '6h',
      jobImage: 'mcr.microsoft.com/windows/servercore:ltsc2025',
      jobServiceAccount: { name: 'runner' },
      job: {
        preGetSourcesScript: 'git config --global core.autocrlf true',
        podAffinity: [
          {
            prefer: 'together',
            topologyKey: 'topology.kubernetes.io/zone',
            matchLabels: { 'acme.example/runner': 'true' },
            weight: 1,
          },
        ],
      },
      pollTimeout: '30m',
      build: {
        cpu: { request: '750m', maxRequest: '16', maxLimit: '24' },
        memory: { request: '2G', limit: '96G', maxRequest: '64G', maxLimit: '96G' },
        ephemeralStorage: { request: '500M' },
      },
      helper: { memory: { limit: null }, ephemeralStorage: { request: '500M' } },
      podLabels: { 'acme.example/runner': 'true', 'gitlab/ci_job_size': '$CI_JOB_SIZE' },
      podAnnotations: { 'gitlab/ci_job_id': '$CI_JOB_ID' },
      config: {
        runner: {
          shell: 'powershell',
          output_limit: 20480,
        },
      },
    },
    runners: [
      {
        name: 'windows',
        arch: 'amd64',
        capacity: 'on-demand',
        pool: 'windows',
        tags: ['windows', 'x86_64_v2-win', 'public'],
        locked: false,
        jobNamespace: 'pipeline',
      },
      {
        name: 'windows-protected',
        arch: 'amd64',
        capacity: 'on-demand',
        pool: 'windows',
        tags: ['windows', 'x86_64_v2-win', 'protected'],
        protected: true,
        jobNamespace: 'pipeline-protected',
        config: {
          runner: {
            kubernetes: {
              volumes: {
                secret: [{ name: 'intermediate-signing-key', mount_path: 'C:\\key', read_only: true }],
              },
            },
          },
        },
      },
    ],
  },
  warns: {
    'isolation/shared-namespaces': 'both runners of the source share its one pool',
    'limits-suffice/ceilings': 'the limit of the source leaves no room for helpers',
  },
  differs: {
    windows: OF_BOTH,
    'windows-protected': [ownNamespace('pipeline', 'pipeline-protected'), ...OF_BOTH],
  },
};
