import { kindIn } from '../../lib/cluster/own-kinds';
import { parseManifests } from '../../lib/cluster/parse';

describe('an object is of its kind', () => {
  test.each([
    ['v1', 'ConfigMap'],
    ['apps/v1', 'Deployment'],
    ['extensions/v1beta1', 'Deployment'],
    ['networking.k8s.io/v1', 'NetworkPolicy'],
    ['authorization.openshift.io/v1', 'Role'],
    ['karpenter.sh/v1beta1', 'NodePool'],
    ['eks.services.k8s.aws/v1alpha1', 'FargateProfile'],
    ['example.com/v1', 'Anything'],
  ])('%s %s', (apiVersion, kind) => {
    expect(kindIn(apiVersion, kind)).toBe(kind);
  });
});

describe('a namesake in another group is called with it', () => {
  test.each([
    ['crd.projectcalico.org/v1', 'NetworkPolicy', 'NetworkPolicy.crd.projectcalico.org'],
    ['iam.services.k8s.aws/v1alpha1', 'Role', 'Role.iam.services.k8s.aws'],
    ['serving.knative.dev/v1', 'Service', 'Service.serving.knative.dev'],
    ['example.com/v1', 'LimitRange', 'LimitRange.example.com'],
    ['v1', 'Deployment', 'Deployment.core'],
  ])('%s %s', (apiVersion, kind, called) => {
    const [{ manifests }] = [
      parseManifests([
        { path: 'a.yaml', text: `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\n` },
      ]),
    ];
    expect(manifests.map((one) => one.kind)).toEqual([called]);
  });
});
