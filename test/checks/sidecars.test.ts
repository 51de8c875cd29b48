import { podTotal } from '../../lib/values/pod-total';
import type { Change } from '../fixtures/files';
import { describeCheck } from './cases';
import { CONFIG, DEPLOYMENT, POOL } from './places';

/** An init container that fits a node of managers alone, and not beside the manager. */
function initContainer(field: string): Change {
  const container = `{ name: proxy, image: "envoy:v1", ${field}resources: { requests: { cpu: 1600m }, limits: { memory: 64Mi } }, securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } } }`;
  return [DEPLOYMENT, '      nodeSelector:\n', `      initContainers: [${container}]\n      nodeSelector:\n`];
}

/** A patch that gives jobs an init container of 14 CPU, beside 2 of their own. */
function patch(field: string): readonly Change[] {
  const container = `{"name": "proxy", "image": "envoy:v1", ${field}"resources": {"requests": {"cpu": "14"}, "limits": {"memory": "64Mi"}}}`;
  return [
    [
      CONFIG,
      '      [runners.feature_flags]\n',
      '      [runners.feature_flags]\n      FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n',
    ],
    [
      CONFIG,
      '\n    [runners.kubernetes.pod_security_context',
      `\n        [[runners.kubernetes.pod_spec]]\n        name = "proxy"\n        patch_type = "strategic"\n        patch = '{"initContainers": [${container}]}'\n\n    [runners.kubernetes.pod_security_context`,
    ],
  ];
}

describeCheck('fits', {
  fires: [
    {
      name: 'a sidecar for which no node has room beside the manager',
      changes: [initContainer('restartPolicy: Always, ')],
      finds: ['fits/manager', 'error', /found 1730m CPU/],
    },
    {
      name: 'a sidecar of a patch beside the largest job',
      changes: patch('"restartPolicy": "Always", '),
      finds: ['fits/largest-job', 'error', /found 18100m CPU/],
    },
  ],
  quiet: [
    { name: 'an init container that ends before the manager starts', changes: [initContainer('')] },
    {
      name: 'an init container that ends before the job starts',
      changes: [...patch(''), [POOL, /cpu: "104"\n {4}memory: .*/, 'cpu: 4k\n    memory: 16Ti']],
    },
  ],
});

test('an init container runs beside the sidecars that came before it, and alone otherwise', () => {
  const cpu = (amount: number, isSidecar = false) => ({ amounts: { cpu: amount }, isSidecar });
  expect(podTotal([cpu(1), cpu(2)], [cpu(4, true), cpu(5)])).toEqual({ cpu: 9 });
  expect(podTotal([cpu(1), cpu(2)], [cpu(6), cpu(4, true)])).toEqual({ cpu: 7 });
  expect(podTotal([{ amounts: { cpu: 1n } }], [{ amounts: { memory: 2n } }])).toEqual({
    cpu: 1n,
    memory: 2n,
  });
});
