import type { Configuration } from '../configuration';
import {
  ALWAYS_PULLED,
  BUILD,
  DISK,
  HELPER,
  linux,
  NO_TOKEN,
  NOT_DISRUPTED,
  NOT_PRIVILEGED,
  ownNodes,
  SERVICE,
  UNPRIVILEGED,
  WAITS_FOR_NODES,
} from '../wanted';

const TO_GATEWAY = {
  namespace: 'tenant-gateway',
  podLabels: { app: 'tenant-ingressgateway' },
  ports: [443],
};

export const configuration: Configuration = {
  fleet: {
    name: 'sandbox',
    gitlabUrl: 'https://gitlab.example.com',
    managerNamespace: 'gitlab-runner',
    namespaces: [
      { name: 'gitlab-runner', existing: true },
      { name: 'ci-sandbox', existing: true },
    ],
    network: { managerEgress: [TO_GATEWAY], jobEgress: [TO_GATEWAY], metricsFrom: ['monitoring'] },
    existing: ['Secret/ci-sandbox/registry-login'],
    runners: [
      {
        name: 'sandbox',
        arch: 'amd64',
        capacity: 'on-demand',
        concurrency: 50,
        jobNamespace: 'ci-sandbox',
        jobImage: 'registry.example.com/library/alpine:3.22.2',
        manager: {
          image: 'registry.example.com/gitlab-org/gitlab-runner:alpine-v19.3.0',
          helperImage: 'registry.example.com/gitlab-org/gitlab-runner-helper-ocp:v19.3.0',
        },
        imagePullSecrets: ['registry-login'],
        podLabels: {
          job_id: '${CI_JOB_ID}',
          job_name: '${CI_JOB_NAME}',
          pipeline_id: '${CI_PIPELINE_ID}',
          'acme.example/network-access-gitlab': 'true',
        },
        config: {
          runner: {
            clone_url: 'https://gitlab.example.com',
            cache_dir: '/tmp/gitlab-runner/cache',
            kubernetes: {
              build_container_security_context: { capabilities: { add: ['SETUID', 'SETGID'] } },
              helper_container_security_context: {
                run_as_non_root: true,
                run_as_user: 1001,
                run_as_group: 0,
              },
            },
          },
        },
      },
    ],
  },
  differs: {
    sandbox: [
      ownNodes('jobs', 'on-demand'),
      linux('amd64'),
      NOT_DISRUPTED,
      NO_TOKEN,
      UNPRIVILEGED,
      NOT_PRIVILEGED,
      ALWAYS_PULLED,
      DISK,
      BUILD,
      HELPER,
      SERVICE,
      WAITS_FOR_NODES,
    ],
  },
};
