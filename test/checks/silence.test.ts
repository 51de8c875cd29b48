import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import { printJson } from '../../lib/report/json';
import { makeReport } from '../../lib/report/report';
import { printText } from '../../lib/report/text';

/** A pool with two warnings of one group: a startup taint that stays, and replicas. */
const pool = (annotation: string) => `
apiVersion: karpenter.sh/v1
kind: NodePool
metadata:
  name: p
  annotations: { ${annotation} }
spec:
  replicas: 2
  template:
    spec:
      expireAfter: Never
      nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass, name: c }
      startupTaints: [{ key: example.com/x, effect: NoSchedule }]
      requirements: [{ key: karpenter.sh/capacity-type, operator: In, values: [on-demand] }]
---
apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata: { name: c }
spec:
  role: nodes
  amiSelectorTerms: [{ alias: al2023@v20260801 }]
  subnetSelectorTerms: [{ tags: { a: b } }]
  securityGroupSelectorTerms: [{ tags: { a: b } }]
`;

function report(annotation: string) {
  const { manifests } = parseManifests([{ path: 'p.yaml', text: pool(annotation) }]);
  const subject = observe(manifests);
  return makeReport(undefined, subject, runChecks(subject));
}

function found(annotation: string): readonly string[] {
  return report(annotation).result.findings.map(({ id }) => id);
}

const plain = (text: string) => text;
const COLORS = { bold: plain, dim: plain, red: plain, yellow: plain, green: plain };

test('without an annotation all is found', () => {
  expect(found('')).toEqual(['pools-usable/static', 'pools-usable/startup-taint']);
});

test('a rule is silenced alone', () => {
  const annotation = 'gitlab-runner-fleet/silence-pools-usable.startup-taint: our agent takes it off';
  expect(found(annotation)).toEqual(['pools-usable/static']);
  const { silenced, renamed } = report(annotation).result;
  expect(silenced).toMatchObject([
    { finding: { id: 'pools-usable/startup-taint' }, reason: 'our agent takes it off' },
  ]);
  expect(renamed).toEqual([]);
});

test('a group is silenced with all of its rules', () => {
  expect(found('gitlab-runner-fleet/silence-pools-usable: a test')).toEqual([]);
});

test('the reason for the rule counts before that for its group', () => {
  const { silenced } = report(
    'gitlab-runner-fleet/silence-pools-usable: all, gitlab-runner-fleet/silence-pools-usable.static: two nodes',
  ).result;
  expect(silenced.map(({ finding, reason }) => `${finding.id}: ${reason}`)).toEqual([
    'pools-usable/static: two nodes',
    'pools-usable/startup-taint: all',
  ]);
});

test.each(['silence-pools-usable.static: ""', 'silence-pools-usable.min-values: x', 'silence-isolation: x'])(
  '%s silences nothing here',
  (annotation) => {
    expect(found(`gitlab-runner-fleet/${annotation}`)).toHaveLength(2);
  },
);

test('an old name still silences its group, and every report says what it is called now', () => {
  const old = 'gitlab-runner-fleet/silence-live: a test';
  expect(found(old)).toEqual([]);
  expect(printText([report(old)], COLORS)).toContain(
    'silence-live on NodePool/p is now silence-pools-usable\n',
  );
  expect(JSON.parse(printJson([report(old)])).clusters[0].renamed).toEqual([
    { file: 'p.yaml', kind: 'NodePool', name: 'p', old: 'silence-live', now: 'silence-pools-usable' },
  ]);
});

test('findings of a report name their rule and the section that explains it', () => {
  const text = printText([report('')], COLORS);
  expect(text).toMatch(/^warning \[pools-usable\/static\] NodePool\/p /m);
  expect(text).toMatch(/^What a rule means, and when to silence it: npx runner-fleet explain <rule>$/m);
  expect(JSON.parse(printJson([report('')])).clusters[0].findings[0]).toMatchObject({
    rule: 'pools-usable/static',
    page: 'docs/checks/pools-usable.md#static',
  });
});
