import type { Configuration } from '../configuration';
import {
  BUILD,
  DISK,
  HELPER,
  linux,
  NO_TOKEN,
  NOT_DISRUPTED,
  NOT_PRIVILEGED,
  ownNamespace,
  ownNodes,
  SERVICE,
  UNPRIVILEGED,
  WAITS_FOR_NODES,
} from '../wanted';

const GITLAB = 'http://gitlab-webservice-default.gitlab.svc.cluster.local:8181';
const TO_GITLAB = { namespace: 'gitlab', podLabels: { app: 'webservice' }, ports: [8181] };

export const configuration: Configuration = {
  fleet: {
    name: 'hardened',
    gitlabUrl: GITLAB,
    network: { managerEgress: [TO_GITLAB], jobEgress: [TO_GITLAB], metricsFrom: ['monitoring'] },
    sealedPullSecrets: ['registry-login'],
    runners: [
      {
        name: 'hardened',
        arch: 'amd64',
        capacity: 'on-demand',
        concurrency: 50,
        jobImage: 'registry.example.com/hardened/ubi9:9.7',
        manager: {
          image: 'registry.example.com/hardened/gitlab-runner:v19.3.0',
          helperImage: 'registry.example.com/hardened/gitlab-runner-helper:v19.3.0',
        },
        imagePullSecrets: ['registry-login'],
        podLabels: {
          job_id: '${CI_JOB_ID}',
          job_name: '${CI_JOB_NAME}',
          pipeline_id: '${CI_PIPELINE_ID}',
          app: 'gitlab-runner',
        },
        config: {
          runner: {
            clone_url: GITLAB,
            cache_dir: '/tmp/gitlab-runner/cache',
            kubernetes: {
              pod_security_context: { run_as_non_root: true, run_as_user: 1001 },
              helper_container_security_context: { run_as_non_root: true, run_as_user: 1001 },
            },
          },
        },
      },
    ],
  },
  differs: {
    hardened: [
      ownNamespace('gitlab-runner', 'gitlab-jobs'),
      ownNodes('jobs', 'on-demand'),
      linux('amd64'),
      NOT_DISRUPTED,
      NO_TOKEN,
      UNPRIVILEGED,
      NOT_PRIVILEGED,
      DISK,
      BUILD,
      HELPER,
      SERVICE,
      WAITS_FOR_NODES,
    ],
  },
};
