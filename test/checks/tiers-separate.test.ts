import { runChecks } from '../../lib/checks/all';
import { joinClusters } from '../../lib/cluster/clusters';
import type { SourceFile } from '../../lib/cluster/manifest';
import { observe } from '../../lib/cluster/observe';
import { makeReport } from '../../lib/report/report';
import { type Change, edited, FLEET, parsed, readFixture } from '../fixtures/files';
import { describeCheck, type FiringCase } from './cases';
import { CONFIG } from './places';

/** Fleet acme, and fleet protected of the same cluster. */
const NEIGHBOUR = readFixture('neighbour');
const BOTH: readonly SourceFile[] = [...FLEET, ...NEIGHBOUR];

/** The second fleet gets the namespace of managers, and a runner, of the first. */
const SAME_MANAGERS: readonly Change[] = [
  ['', /protected-runners/g, 'gitlab-runners'],
  ['', /runner-deploy/g, 'runner-arm64-spot'],
];
const cache = (path: string): string =>
  `      [runners.cache]\n      Type = "s3"\n${path}\n        [runners.cache.s3]\n        BucketName = "shared-cache"\n        BucketLocation = "eu-west-1"\n        AuthenticationType = "iam"\n\n      [runners.kubernetes]\n`;

/** Accounts of jobs of both fleets, each with a role. */
const accounts = (annotation: string, roles: readonly string[]): readonly SourceFile[] =>
  ['gitlab-jobs', 'protected-jobs'].map((namespace, index) => ({
    path: `acme/own/${namespace}.yaml`,
    text: JSON.stringify({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: {
        name: 'ci',
        namespace,
        annotations: { [annotation]: `arn:aws:iam::123456789012:role/${roles[index]}` },
      },
    }),
  }));
const RUN_AS_OTHERS: readonly Change[] = [
  ['configmap.yaml', 'automount_service_account_token = false', 'service_account = "ci"'],
];

describeCheck('tiers-separate', {
  fires: [
    {
      name: 'runners of two fleets on the same nodes, in one namespace',
      changes: [[CONFIG, 'app.kubernetes.io/part-of: acme', 'app.kubernetes.io/part-of: release']],
      finds: ['tiers-separate/nodes', 'error', /of fleet acme and acme-arm64-spot of fleet release share it/],
    },
    {
      name: 'two fleets with one namespace of jobs',
      files: BOTH,
      changes: [['', 'namespace = "protected-jobs"', 'namespace = "gitlab-jobs"']],
      finds: ['tiers-separate/namespace', 'error', /^found namespace gitlab-jobs\. /],
    },
    {
      name: 'two fleets with jobs on the same nodes',
      files: BOTH,
      changes: [
        ['configmap.yaml', 'dedicated-to" = "protected-jobs"', 'dedicated-to" = "gitlab-jobs"'],
        ['configmap.yaml', 'dedicated-to=protected-jobs', 'dedicated-to=gitlab-jobs'],
      ],
      finds: ['tiers-separate/nodes', 'error', /^found nodes gitlab-jobs-arm64-on-demand\. /],
    },
    {
      name: 'two fleets with managers on the same nodes',
      files: BOTH,
      changes: [
        ['', /dedicated-to: protected-managers/g, 'dedicated-to: gitlab-managers'],
        ['', /value: protected-managers/g, 'value: gitlab-managers'],
      ],
      finds: ['tiers-separate/nodes', 'error', /^found nodes gitlab-managers\. /],
    },
    {
      name: 'two fleets with one namespace of managers',
      files: BOTH,
      changes: SAME_MANAGERS,
      finds: ['tiers-separate/namespace', 'error', /^found namespace gitlab-runners\. /],
    },
    {
      name: 'two fleets with one service account',
      files: BOTH,
      changes: SAME_MANAGERS,
      finds: [
        'tiers-separate/service-account',
        'error',
        /^found service account gitlab-runners\/runner-arm64-spot\. /,
      ],
    },
    ...[
      ['assumed', 'eks.amazonaws.com/role-arn'],
      ['given by Pod Identity', 'gitlab-runner-fleet/pod-identity-role'],
    ].map(
      ([how, annotation]): FiringCase => ({
        name: `jobs of two fleets with one role that is ${how}`,
        files: [...BOTH, ...accounts(annotation, ['ci', 'ci'])],
        changes: RUN_AS_OTHERS,
        finds: ['tiers-separate/role', 'error', /^found IAM role arn:aws:iam::123456789012:role\/ci\. /],
      }),
    ),
    {
      name: 'two fleets with one token',
      files: BOTH,
      changes: SAME_MANAGERS,
      finds: ['tiers-separate/token', 'error', /^found token gitlab-runners\/runner-arm64-spot-token\. /],
    },
    {
      name: 'two fleets with one cache, whatever its prefix',
      files: BOTH,
      changes: [
        [CONFIG, '      [runners.kubernetes]\n', cache('')],
        ['deploy/configmap.yaml', '      [runners.kubernetes]\n', cache('      Path = "protected"\n')],
      ],
      finds: [
        'tiers-separate/cache',
        'error',
        /^found cache shared-cache\. .*of fleet acme and .* of fleet protected share it/,
      ],
    },
  ],
  quiet: [
    { name: 'two fleets of one cluster, each with namespaces, nodes and tokens of its own', files: BOTH },
  ],
});

test('one cache of two fleets is one finding', () => {
  const shared = edited(
    BOTH,
    [CONFIG, '      [runners.kubernetes]\n', cache('')],
    ['deploy/configmap.yaml', '      [runners.kubernetes]\n', cache('      Path = "protected"\n')],
  );
  const { findings } = runChecks(observe(parsed(shared)));
  expect(findings.filter(({ id }) => id.startsWith('tiers-separate/')).map(({ found }) => found)).toEqual([
    'cache shared-cache',
  ]);
});

test('the report names the fleets of a cluster that share nothing, and none where they share something', () => {
  const apart = (...changes: readonly Change[]) => {
    const subject = observe(parsed(edited(BOTH, ...changes)));
    return makeReport(undefined, subject, runChecks(subject)).apart;
  };
  expect(apart()).toEqual(['acme', 'protected']);
  expect(apart(['', 'namespace = "protected-jobs"', 'namespace = "gitlab-jobs"'])).toEqual([]);
  expect(apart(...SAME_MANAGERS)).toEqual([]);
});

test('fleets that name one cluster are proved together, a fleet of another cluster by itself', () => {
  const clusters = (neighbour: readonly SourceFile[]) =>
    joinClusters([
      ['acme', parsed(FLEET)],
      ['protected', parsed(neighbour)],
    ]).map(({ name }) => name);
  const elsewhere: Change = ['', 'gitlab-runner-fleet/cluster: acme', 'gitlab-runner-fleet/cluster: other'];
  expect(clusters(NEIGHBOUR)).toEqual(['acme and protected']);
  expect(clusters(edited(NEIGHBOUR, elsewhere))).toEqual(['acme', 'protected']);
});
