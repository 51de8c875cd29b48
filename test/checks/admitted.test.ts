import { describeCheck } from './cases';
import { CONFIG, DEPLOYMENT, JOBS_NAMESPACE } from './places';

describeCheck('admitted', {
  fires: [
    {
      name: 'a job pod that Pod Security refuses',
      changes: [[CONFIG, 'type = "RuntimeDefault"', 'type = "Unconfined"']],
      finds: ['admitted/job-pod', 'error', /seccomp Unconfined.*namespace gitlab-jobs enforces baseline/s],
    },
    {
      name: 'a manager that Pod Security refuses',
      changes: [[DEPLOYMENT, 'allowPrivilegeEscalation: false', 'allowPrivilegeEscalation: true']],
      finds: [
        'admitted/manager-pod',
        'error',
        /privilege escalation.*no pod of this Deployment is ever made/s,
      ],
    },
  ],
  quiet: [
    {
      name: 'a job without seccomp in a namespace that admits it',
      changes: [
        [CONFIG, 'type = "RuntimeDefault"', 'type = "Unconfined"'],
        [JOBS_NAMESPACE, 'enforce: baseline', 'enforce: privileged'],
      ],
    },
  ],
});
