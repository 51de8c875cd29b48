import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { makeReport } from '../../lib/report/report';
import { BINDING, CONFIG, ROLE } from '../checks/places';
import { type Change, edited, FLEET, parsed } from '../fixtures/files';

const proofOf = (...changes: readonly Change[]) => {
  const subject = observe(parsed(edited(FLEET, ...changes)));
  return makeReport(undefined, subject, runChecks(subject)).proof;
};
const NAME = 'acme-arm64-spot';
const PATCH = (patch: string): readonly Change[] => [
  [
    CONFIG,
    '      [runners.feature_flags]\n',
    '      [runners.feature_flags]\n      FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n',
  ],
  [
    CONFIG,
    '\n    [runners.kubernetes.pod_security_context',
    `\n        [[runners.kubernetes.pod_spec]]\n        name = "x"\n        patch_type = "json"\n        patch = '''${patch}'''\n\n    [runners.kubernetes.pod_security_context`,
  ],
];

test('a runner whose Role is not here is not proved', () => {
  expect(proofOf([BINDING, /(kind: Role\n {2}name: )/, '$1elsewhere-']).notProved).toEqual([NAME]);
});

test('a runner whose rights others aggregate is not proved, whatever stands in the role', () => {
  const aggregated: readonly Change[] = [
    [
      ROLE,
      'kind: Role\n',
      'kind: ClusterRole\naggregationRule: { clusterRoleSelectors: [{ matchLabels: { team: ci } }] }\n',
    ],
    [ROLE, '  namespace: gitlab-jobs\n', ''],
    [BINDING, 'kind: Role\n', 'kind: ClusterRole\n'],
  ];
  expect(proofOf(...aggregated).notProved).toEqual([NAME]);
});

test('a runner with a patch that is not read is not proved', () => {
  expect(proofOf(...PATCH('[{"op":"remove","path":"/nodeSelector/nope"}]')).notProved).toEqual([NAME]);
});

test('a runner with a patch that is read is proved', () => {
  expect(proofOf(...PATCH('[{"op":"add","path":"/priority","value":1}]')).notProved).toEqual([]);
  expect(proofOf().notProved).toEqual([]);
});
