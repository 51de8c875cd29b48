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
    {
      name: 'a quota of as many pods as managers run, each of which is replaced by one that starts first',
      files: [...FLEET, quota('gitlab-runners', 'pods: 4')],
      finds: ['admitted/quota-surge', 'error', /5 of pods.*no roll-out goes on.*raise pods to 5/],
    },
    {
      name: 'a quota without room for the requests of one more manager',
      files: [...FLEET, quota('gitlab-runners', 'requests.memory: 512Mi')],
      finds: ['admitted/quota-surge', 'error', /640Mi of requests\.memory/],
    },
    {
      name: 'a quota of no ReplicaSet',
      files: [...FLEET, quota('gitlab-runners', 'count/replicasets.apps: 4')],
      finds: [
        'admitted/quota-objects',
        'error',
        /found count\/replicasets\.apps 4\. .*8 of count\/replicasets\.apps/,
      ],
    },
    {
      name: 'a quota of fewer Secrets than sealed tokens',
      files: [...FLEET, quota('gitlab-runners', 'secrets: 3')],
      finds: ['admitted/quota-objects', 'error', /4 of secrets/],
    },
    {
      name: 'a quota of fewer Roles than jobs need',
      files: [...FLEET, quota('gitlab-jobs', 'count/roles.rbac.authorization.k8s.io: 3')],
      finds: ['admitted/quota-objects', 'error', /raise count\/roles\.rbac\.authorization\.k8s\.io to 4/],
    },
  ],
  quiet: [
    {
      name: 'a quota of objects with room',
      files: [
        ...FLEET,
        quota(
          'gitlab-runners',
          'count/replicasets.apps: 8, count/configmaps: 9, count/networkpolicies.networking.k8s.io: 1',
        ),
      ],
    },
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
