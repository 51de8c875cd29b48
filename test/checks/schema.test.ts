import { AUTO_MODE_FLEET } from '../fixtures/auto-mode';
import { edited, FLEET } from '../fixtures/files';
import { describeCheck, findingsIn } from './cases';
import { BINDING, CLASS, DEPLOYMENT, JOBS_NAMESPACE, JOBS_POLICY, POOL, ROLE } from './places';

describeCheck('schema', {
  fires: [
    {
      name: 'nodes of EKS Auto Mode that never expire',
      files: AUTO_MODE_FLEET,
      changes: [[POOL, 'expireAfter: 168h', 'expireAfter: Never']],
      finds: [
        'schema/node-life',
        'error',
        /found expireAfter Never, .*may not exceed 21 days: the API server refuses/,
      ],
    },
    {
      name: 'a node class with an empty profile',
      changes: [[CLASS, / {2}role: .*\n/, '  instanceProfile: ""\n']],
      finds: ['schema/crd-rule', 'error', /instanceProfile cannot be empty/],
    },
    {
      name: 'a field with a slip in it',
      changes: [[DEPLOYMENT, '      terminationGracePeriodSeconds:', '      terminationGracePeriod:']],
      finds: ['schema/unknown-field', 'error', /unknown field.*Fix: write terminationGracePeriodSeconds/s],
    },
    {
      name: 'a field of another place',
      changes: [[POOL, 'spec:\n  disruption:', 'spec:\n  expireAfter: 1h\n  disruption:']],
      finds: ['schema/unknown-field', 'error', /found expireAfter.*unknown field/s],
    },
    {
      name: 'a field that must be there and is not',
      changes: [[POOL, '        group: karpenter.k8s.aws\n', '']],
      finds: ['schema/missing-field', 'error', /found nothing. it must be there/],
    },
    {
      name: 'a number where a text is wanted',
      changes: [[ROLE, '  labels:\n', '  labels:\n    team: 7\n']],
      finds: ['schema/wrong-type', 'error', /a text is wanted here.*write it in quotes/s],
    },
    {
      name: 'a text where a number is wanted',
      changes: [[DEPLOYMENT, '  replicas: 1', '  replicas: one']],
      finds: ['schema/wrong-type', 'error', /a whole number is wanted here/],
    },
    {
      name: 'an object where a list is wanted',
      changes: [[BINDING, /subjects:[\s\S]*/, 'subjects:\n  kind: ServiceAccount\n']],
      finds: ['schema/wrong-type', 'error', /a list of objects is wanted here/],
    },
    {
      name: 'a value that is none of those allowed',
      changes: [[POOL, 'consolidationPolicy: WhenEmpty', 'consolidationPolicy: whenEmpty']],
      finds: [
        'schema/wrong-value',
        'error',
        /allowed are WhenEmpty, WhenEmptyOrUnderutilized.*Fix: write WhenEmpty$/s,
      ],
    },
    {
      name: 'a value of another form',
      changes: [[POOL, 'expireAfter: 168h', 'expireAfter: 7d']],
      finds: ['schema/wrong-value', 'error', /found "7d". a text of this form is wanted/],
    },
    {
      name: 'a number beyond its bounds',
      changes: [[POOL, 'spec:\n  disruption:', 'spec:\n  weight: 0\n  disruption:']],
      finds: ['schema/wrong-value', 'error', /a number from 1 to 100 is wanted.*Fix: write 1$/s],
    },
    {
      name: 'a limit that is a number with a point',
      changes: [[POOL, 'cpu: "104"', 'cpu: 104.5']],
      finds: ['schema/wrong-type', 'error', /a whole number or a text is wanted here/],
    },
    {
      name: 'a request that is not a quantity',
      changes: [[DEPLOYMENT, '              cpu: 130m', '              cpu: 1 core']],
      finds: ['schema/wrong-type', 'error', /a quantity, for example 500m or 2Gi, is wanted here/],
    },
    {
      name: 'an item of a list that is nothing',
      changes: [[DEPLOYMENT, '      tolerations:\n', '      tolerations:\n        -\n']],
      finds: ['schema/wrong-type', 'error', /a value is wanted here/],
    },
    {
      name: 'a field of a custom resource that is null',
      changes: [[POOL, 'spec:\n  disruption:', 'spec:\n  weight: null\n  disruption:']],
      finds: ['schema/wrong-type', 'error', /found null. a value is wanted here/],
    },
    {
      name: 'a version that API servers had once',
      changes: [[POOL, 'apiVersion: karpenter.sh/v1\n', 'apiVersion: karpenter.sh/v1beta1\n']],
      finds: [
        'schema/old-version',
        'error',
        /API servers have no NodePool of this version.*Fix: write karpenter.sh\/v1$/s,
      ],
    },
    {
      name: 'a kind in a group that never had it',
      changes: [[DEPLOYMENT, 'apiVersion: apps/v1\n', 'apiVersion: v1\n']],
      finds: ['schema/old-version', 'error', /Fix: write apps\/v1$/],
    },
    ...['apps/v1', 'networking/v1', 'v1'].map((version) => ({
      name: `a NetworkPolicy of ${version}, which no API server has`,
      changes: [[JOBS_POLICY, 'apiVersion: networking.k8s.io/v1\n', `apiVersion: ${version}\n`]] as const,
      finds: [
        'schema/old-version',
        'error',
        /API servers have no NetworkPolicy.*Fix: write networking.k8s.io\/v1$/s,
      ] as const,
    })),
    {
      name: 'a Deployment that does not select its own pods',
      changes: [
        [
          DEPLOYMENT,
          '        app.kubernetes.io/instance: runner-arm64-spot\n',
          '        app.kubernetes.io/instance: another\n',
        ],
      ],
      finds: ['schema/selector', 'error', /the pods of the template have "another"/],
    },
    {
      name: 'Recreate with the settings of a rolling update',
      changes: [[DEPLOYMENT, '    type: RollingUpdate', '    type: Recreate']],
      finds: [
        'schema/rolling-update',
        'error',
        /only a rolling update has these settings.*rollingUpdate: null/s,
      ],
    },
    {
      name: 'a Deployment without a container',
      changes: [[DEPLOYMENT, / {6}containers:\n(?: {8}.*\n)+/, '      containers: []\n']],
      finds: ['schema/no-container', 'error', /a pod has a container/],
    },
    {
      name: 'a mount without a volume',
      changes: [[DEPLOYMENT, / {6}volumes:\n(?: {8}.*\n)+/, '']],
      finds: ['schema/missing-volume', 'error', /the pod has no volume of this name/],
    },
    {
      name: 'a Deployment that selects nothing',
      changes: [[DEPLOYMENT, / {2}selector:\n(?: {4}.*\n)+/, '  selector: {}\n']],
      finds: ['schema/selector', 'error', /a Deployment selects its pods by labels/],
    },
    {
      name: 'pods that never restart',
      changes: [
        [
          DEPLOYMENT,
          '      terminationGracePeriodSeconds:',
          '      restartPolicy: Never\n      terminationGracePeriodSeconds:',
        ],
      ],
      finds: ['schema/pod-ends', 'error', /pods of a Deployment always restart/],
    },
    {
      name: 'a node class that finds no subnet',
      changes: [[CLASS, / {2}subnetSelectorTerms:\n(?: {4}.*\n)+/, '  subnetSelectorTerms: []\n']],
      finds: ['schema/empty-term', 'error', /cannot be empty/],
    },
    {
      name: 'a node class with a role and a profile',
      changes: [[CLASS, '  role: ', '  instanceProfile: nodes\n  role: ']],
      finds: ['schema/node-identity', 'error', /must specify exactly one of/],
    },
    {
      name: 'a direction that is none',
      changes: [[JOBS_POLICY, '    - Egress', '    - egress']],
      finds: ['schema/wrong-value', 'error', /allowed are Ingress and Egress/],
    },
    {
      name: 'a budget with both bounds',
      changes: [
        ['poddisruptionbudget-managers.yaml', '  maxUnavailable:', '  minAvailable: 1\n  maxUnavailable:'],
      ],
      finds: ['schema/two-budgets', 'error', /a budget has one of the two/],
    },
    {
      name: 'a level of Pod Security with a slip in it',
      changes: [[JOBS_NAMESPACE, 'enforce: baseline', 'enforce: basline']],
      finds: ['schema/wrong-value', 'error', /allowed are privileged, baseline, restricted/],
    },
    {
      name: 'a kubelet that reserves no quantity',
      changes: [[CLASS, 'spec:\n', 'spec:\n  kubelet:\n    systemReserved:\n      cpu: lots\n']],
      finds: ['schema/wrong-value', 'error', /found "lots"/],
    },
    {
      name: 'a request above its limit',
      changes: [[DEPLOYMENT, '              memory: 128Mi', '              memory: 512Mi']],
      finds: ['schema/request-above-limit', 'error', /a request is within its limit, which is 256Mi/],
    },
    {
      name: 'a name in capital letters',
      changes: [[POOL, '  name: gitlab-jobs-arm64-spot\n', '  name: CI_pool\n']],
      finds: ['schema/name', 'error', /lower-case letters, digits, dashes and dots/],
    },
    {
      name: 'a number that looks like a commit, as kubectl reads it',
      changes: [[ROLE, '  labels:\n', '  labels:\n    commit: 1234e5\n']],
      finds: ['schema/wrong-type', 'error', /found 123400000. a text is wanted/],
    },
  ],
  quiet: [
    {
      name: 'dates, times and unusual numbers, as kubectl reads them',
      changes: [
        [DEPLOYMENT, '  replicas: 1\n', '  replicas: 1e0\n  progressDeadlineSeconds: 0o1200\n'],
        [
          ROLE,
          '  labels:\n',
          '  creationTimestamp: 2024-01-01T10:00:00Z\n  labels:\n    since: 2024-01-01\n',
        ],
      ],
    },
    {
      name: 'what has a default, and what the code of an API server does not ask for',
      changes: [
        [POOL, '      - nodes: 10%\n', '      - reasons:\n          - Empty\n      - nodes: 10%\n'],
        [
          DEPLOYMENT,
          '            httpGet:\n',
          '            httpGet:\n              httpHeaders:\n                - name: a\n',
        ],
      ],
    },
    {
      name: 'quantities and ports as numbers, and fields that are null',
      changes: [
        [DEPLOYMENT, '              cpu: 130m', '              cpu: 0.13'],
        [DEPLOYMENT, '  replicas: 1\n', '  replicas: 1\n  paused: null\n  minReadySeconds: 3\n'],
      ],
    },
    {
      name: 'an object of a version that nobody knows here',
      changes: [
        [
          JOBS_NAMESPACE,
          'apiVersion: v1\n',
          'apiVersion: example.com/v1\nkind: Namespace\nmetadata: { name: x }\nany: thing\n---\napiVersion: v1\n',
        ],
      ],
    },
  ],
});

test.each([
  ['a text in the place of values', 'data: Z2xydC1acTl4Vzd2SzNtUjhwTDJ0WTVuQg==', 'Z2xydC1a'],
  ['a password in the place of values', 'stringData: hunter2-and-more', 'hunter2'],
  ['a number among values', 'stringData: { pin: 12345678 }', '12345678'],
])('%s of a Secret is told and not shown', (_, field, secret) => {
  const text = `apiVersion: v1\nkind: Secret\nmetadata: { name: s, namespace: gitlab-runners }\n${field}\n`;
  const found = findingsIn([{ path: 's.yaml', text }]);
  expect(found.some(({ id }) => id.startsWith('schema/'))).toBe(true);
  expect(JSON.stringify(found.map(({ found: value, why, fix }) => [value, why, fix]))).not.toContain(secret);
});

test('a token where something else is wanted is not shown, whatever the kind', () => {
  const token = `glrt-${'Zq9xW7vK3m'.repeat(2)}`;
  const encoded = Buffer.from(token).toString('base64');
  const said = JSON.stringify(
    [token, encoded].flatMap((text) =>
      findingsIn(edited(FLEET, [DEPLOYMENT, '  replicas: 1\n', `  replicas: ${text}\n`])).map(
        ({ found, why, fix }) => [found, why, fix],
      ),
    ),
  );
  expect(said).toContain('a whole number is wanted');
  expect(said).not.toContain(token);
  expect(said).not.toContain(encoded);
});
