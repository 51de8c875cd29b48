import { FLEET } from '../fixtures/files';
import { describeCheck } from './cases';

function quota(namespace: string, hard: string, rest = '') {
  const text = `apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: caps, namespace: ${namespace} }\nspec: { hard: { ${hard} }${rest} }\n`;
  return { path: 'acme/caps.yaml', text };
}

describeCheck('admitted', {
  fires: [
    {
      name: 'a quota without room for the pods of managers',
      files: [...FLEET, quota('gitlab-runners', 'pods: 3')],
      finds: ['admitted/quota', 'error', /4 pods of managers come to 4 of pods.*these managers don't run/],
    },
    {
      name: 'a quota without room for what managers request',
      files: [...FLEET, quota('gitlab-runners', 'requests.memory: 64Mi')],
      finds: ['admitted/quota', 'error', /512Mi of requests.memory/],
    },
    {
      name: 'a quota of fewer Secrets than jobs',
      files: [...FLEET, quota('gitlab-jobs', 'count/secrets: 10')],
      finds: ['admitted/quota-secrets', 'warning', /found count\/secrets 10.*80 jobs run at once/],
    },
  ],
  quiet: [
    {
      name: 'a quota with room for managers',
      files: [...FLEET, quota('gitlab-runners', 'pods: 8, requests.memory: 1Gi')],
    },
    { name: 'a quota of Secrets for all jobs', files: [...FLEET, quota('gitlab-jobs', 'secrets: 100')] },
    {
      name: 'a quota of Secrets where managers are',
      files: [...FLEET, quota('gitlab-runners', 'secrets: 10')],
    },
  ],
});
