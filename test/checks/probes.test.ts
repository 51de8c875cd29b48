import { describeCheck } from './cases';
import { DEPLOYMENT } from './places';

describeCheck('probes', {
  fires: [
    {
      name: 'a liveness probe that asks GitLab',
      changes: [
        [
          DEPLOYMENT,
          'livenessProbe:\n            failureThreshold: 5\n            httpGet:\n              path: /metrics\n              port: metrics\n',
          'livenessProbe:\n            failureThreshold: 5\n            exec:\n              command: [gitlab-runner, verify]\n',
        ],
      ],
      finds: ['probes/asks-gitlab', 'error', /GitLab is down.*all running jobs are lost/s],
    },
    {
      name: 'a liveness probe that looks for a process',
      changes: [
        [
          DEPLOYMENT,
          'livenessProbe:\n            failureThreshold: 5\n            httpGet:\n              path: /metrics\n              port: metrics\n',
          'livenessProbe:\n            failureThreshold: 5\n            exec:\n              command: [pgrep, gitlab-runner]\n',
        ],
      ],
      finds: ['probes/process-only', 'warning', /a process that hangs still has its number/],
    },
  ],
  quiet: [
    {
      name: 'a liveness probe that asks the manager itself',
      changes: [
        [
          DEPLOYMENT,
          'livenessProbe:\n            failureThreshold: 5\n            httpGet:\n              path: /metrics\n              port: metrics\n',
          'livenessProbe:\n            failureThreshold: 5\n            exec:\n              command: [wget, -q, http://localhost:9252/metrics]\n',
        ],
      ],
    },
  ],
});
