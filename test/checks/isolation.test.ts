import { describeCheck } from './cases';
import { AMD64_CONFIG, CLASS, CONFIG, DEPLOYMENT, MANAGERS, POOL } from './places';

describeCheck('isolation', {
  fires: [
    {
      name: 'jobs with the socket of the container runtime',
      changes: [
        [
          CONFIG,
          '      [runners.kubernetes.node_selector]\n',
          '      [[runners.kubernetes.volumes.host_path]]\n        name = "docker"\n        mount_path = "/var/run/docker.sock"\n      [runners.kubernetes.node_selector]\n',
        ],
      ],
      finds: ['isolation/container-runtime', 'warning', /found \/var\/run\/docker.sock.*root on the node/s],
    },
    {
      name: 'jobs without seccomp among others',
      changes: [
        [CONFIG, 'type = "RuntimeDefault"', 'type = "Unconfined"'],
        [CONFIG, 'allow_privilege_escalation = false', 'allow_privilege_escalation = true'],
        [AMD64_CONFIG, '"kubernetes.io/arch" = "amd64"', '"kubernetes.io/arch" = "arm64"'],
        [AMD64_CONFIG, 'helper:x86_64-', 'helper:arm64-'],
      ],
      finds: ['isolation/no-seccomp', 'error', /without seccomp has the whole kernel to try/],
    },
    {
      name: 'a job pool without a taint',
      changes: [
        [
          POOL,
          '      taints:\n        - effect: NoSchedule\n          key: gitlab-runner-fleet/dedicated-to\n          value: gitlab-jobs\n',
          '',
        ],
      ],
      finds: ['isolation/no-taint', 'warning', /any pod of the cluster lands on the nodes of jobs/],
    },
    {
      name: 'a manager that may land on Spot',
      changes: [
        [MANAGERS, '            - on-demand', '            - on-demand\n            - spot'],
        [DEPLOYMENT, '        karpenter.sh/capacity-type: on-demand\n', ''],
      ],
      finds: ['isolation/manager-on-spot', 'error', /manager on Spot is reclaimed/],
    },
    {
      name: 'jobs on the nodes of managers',
      changes: [
        [
          CONFIG,
          '"gitlab-runner-fleet/dedicated-to" = "gitlab-jobs"',
          '"gitlab-runner-fleet/dedicated-to" = "gitlab-managers"',
        ],
        [CONFIG, 'dedicated-to=gitlab-jobs"', 'dedicated-to=gitlab-managers"'],
        [CONFIG, '"karpenter.sh/capacity-type" = "spot"', '"karpenter.sh/capacity-type" = "on-demand"'],
      ],
      finds: ['isolation/jobs-with-managers', 'warning', /takes managers, and all their jobs, with it/],
    },
    {
      name: 'privileged jobs among others',
      changes: [
        [CONFIG, 'privileged = false', 'privileged = true'],
        [CONFIG, 'allow_privilege_escalation = false', 'allow_privilege_escalation = true'],
        [AMD64_CONFIG, '"kubernetes.io/arch" = "amd64"', '"kubernetes.io/arch" = "arm64"'],
        [AMD64_CONFIG, 'helper:x86_64-', 'helper:arm64-'],
      ],
      finds: ['isolation/privileged-jobs', 'error', /privileged job owns its node/],
    },
    {
      name: 'jobs with privileged services among others',
      changes: [
        [
          CONFIG,
          '      [runners.kubernetes.node_selector]\n',
          '      [runners.kubernetes.service_container_security_context]\n        privileged = true\n        allow_privilege_escalation = true\n      [runners.kubernetes.node_selector]\n',
        ],
        [AMD64_CONFIG, '"kubernetes.io/arch" = "amd64"', '"kubernetes.io/arch" = "arm64"'],
        [AMD64_CONFIG, 'helper:x86_64-', 'helper:arm64-'],
      ],
      finds: ['isolation/privileged-jobs', 'error', /privileged job owns its node/],
    },
    {
      name: 'jobs of two namespaces on the nodes of one pool',
      changes: [
        [CONFIG, 'namespace = "gitlab-jobs"', 'namespace = "release-jobs"'],
        ['arm64-on-demand/configmap.yaml', '        "karpenter.sh/capacity-type" = "on-demand"\n', ''],
      ],
      finds: ['isolation/shared-namespaces', 'warning', /jobs of different namespaces share nodes/],
    },
    {
      name: 'a metadata service that answers pods',
      changes: [[CLASS, 'httpPutResponseHopLimit: 1', 'httpPutResponseHopLimit: 2']],
      finds: ['isolation/metadata-service', 'warning', /may act with its role.*Fix: write 1/s],
    },
    {
      name: 'a metadata service without tokens',
      changes: [[CLASS, 'httpTokens: required', 'httpTokens: optional']],
      finds: ['isolation/metadata-service', 'warning', /may act with its role.*Fix: write required/s],
    },
  ],
  quiet: [
    {
      name: 'a pool of managers that may be Spot, and managers that select on-demand',
      changes: [[MANAGERS, '            - on-demand', '            - on-demand\n            - spot']],
    },
  ],
});
