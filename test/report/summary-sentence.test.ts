import type { SourceFile } from '../../lib/cluster/manifest';
import { printDiffJson } from '../../lib/report/diff-json';
import { printDiffMarkdown } from '../../lib/report/diff-markdown';
import { summarySentence } from '../../lib/report/summary-sentence';
import { diffOf } from '../diff/revisions';
import {
  type Change,
  edited,
  FLEET,
  withManagers,
  withOtherTokens,
  without,
  withRunner,
} from '../fixtures/files';

const DEPLOYMENT = 'amd64-spot/deployment.yaml';
const CONFIG = 'amd64-spot/configmap.yaml';
const POOL = 'nodepool-gitlab-jobs-amd64-spot.yaml';

/** A config with another content has another name, in the file and in its manager. */
const renamed = (path: string): readonly Change[] =>
  ['configmap.yaml', 'deployment.yaml'].map(
    (file) => [`${path}${file}`, /(name: runner-[a-z0-9-]+)-[0-9a-f]{8}\n/, '$1-0a0a0a0a\n'] as const,
  );

const RELEASED = edited(
  FLEET,
  ['deployment.yaml', 'alpine-v19.3.0', 'alpine-v19.4.1'],
  ['configmap.yaml', /(x86_64|arm64)-v19\.3\.0/, '$1-v19.4.1'],
  ...renamed(''),
);
const NEWER_IMAGE = edited(FLEET, [
  'karpenter/ec2nodeclass-gitlab-jobs.yaml',
  'al2023@v20260812',
  'al2023@v20260901',
]);
const ON_DEMAND = edited(FLEET, [
  CONFIG,
  '"karpenter.sh/capacity-type" = "spot"',
  '"karpenter.sh/capacity-type" = "on-demand"',
]);
/** A pool to which jobs of Spot first go where there is no Spot node. */
const SPOT_FIRST = edited(FLEET, [CONFIG, '"karpenter.sh/capacity-type" = "spot"\n', '']);
const TAGGED = edited(FLEET, [
  DEPLOYMENT,
  'gitlab-runner-fleet/tags: amd64,x86,x86-64,x86_64,spot',
  'gitlab-runner-fleet/tags: amd64,x86,x86-64,x86_64,spot,web',
]);

/** The sentence for a change of the fixture fleet. */
const sentenceOf = (after: readonly SourceFile[], before: readonly SourceFile[] = FLEET) =>
  summarySentence(diffOf(before, after));

test('a runner release is one thing, on however many objects it is', () => {
  expect(sentenceOf(RELEASED)).toBe(
    'GitLab Runner 19.3.0 to 19.4.1 on all four runners; four managers roll, no running job is cut; +0 USD',
  );
});

test.each<[string, readonly SourceFile[], RegExp]>([
  [
    'a node image',
    NEWER_IMAGE,
    /^node image al2023@v20260812 to al2023@v20260901 on gitlab-jobs; nodes are replaced, no running job is cut; \+0 USD$/,
  ],
  [
    'a larger job',
    edited(FLEET, [CONFIG, 'cpu_request = "1"', 'cpu_request = "2"'], ...renamed('amd64-spot/')),
    /^job size of acme-amd64-spot: CPU request 1 to 2; one manager rolls, no running job is cut; a job-minute costs USD 0\.00025 to 0\.00255 on Spot instead of 0\.00013 to 0\.00127 on Spot/,
  ],
  [
    'a new runner',
    withRunner(FLEET, 'amd64-spot', 'other'),
    /^runner acme-other added; nothing that runs is touched; \+0 USD$/,
  ],
  [
    'a runner that goes',
    without(FLEET, '/runners/amd64-spot/'),
    /^runner acme-amd64-spot removed; .*some jobs find no runner any more/,
  ],
  [
    'a runner that is called something else',
    without(withRunner(FLEET, 'amd64-spot', 'linux'), '/runners/amd64-spot/'),
    /^runner acme-amd64-spot renamed to acme-linux; /,
  ],
  [
    'a lower limit',
    edited(FLEET, [POOL, 'cpu: "104"', 'cpu: "10"']),
    /^limits of gitlab-jobs-amd64-spot: cpu 104 to 10; no running job is cut; -\d+\.\d\d USD an hour at the limits$/,
  ],
  ['a tag', TAGGED, /^tags of acme-amd64-spot: \+web; no running job is cut; \+0 USD$/],
  [
    'more jobs at once',
    edited(
      FLEET,
      [CONFIG, 'concurrent = 20', 'concurrent = 60'],
      [CONFIG, '\n    limit = 20', '\n    limit = 60'],
    ),
    /^concurrency 20 to 60 on acme-amd64-spot; /,
  ],
  [
    'more managers',
    withManagers(FLEET, 'amd64-spot', 2),
    /^managers of acme-amd64-spot: 1 to 2; nothing that runs is touched; \+0 USD$/,
  ],
  [
    'another token',
    withOtherTokens(FLEET),
    /^another token of all four runners; .*no running job is cut; \+0 USD$/,
  ],
  [
    'a longer job',
    edited(FLEET, [DEPLOYMENT, 'maximum-timeout-seconds: "7200"', 'maximum-timeout-seconds: "21600"']),
    /^longest job 2h to 6h on acme-amd64-spot; /,
  ],
  [
    'jobs of protected branches alone',
    edited(FLEET, [
      DEPLOYMENT,
      '  annotations:\n',
      '  annotations:\n    gitlab-runner-fleet/protected: "true"\n',
    ]),
    /^settings in GitLab of acme-amd64-spot: protected set to true; /,
  ],
  [
    'a zone',
    edited(FLEET, [
      POOL,
      '      requirements:\n',
      '      requirements:\n        - { key: topology.kubernetes.io/zone, operator: In, values: [eu-west-1a] }\n',
    ]),
    /^settings of gitlab-jobs-amd64-spot: topology\.kubernetes\.io\/zone set to eu-west-1a; /,
  ],
  [
    'rights that go',
    edited(FLEET, ['amd64-spot/role.yaml', '      - delete\n', '']),
    /^rights: Role\/gitlab-jobs\/runner-amd64-spot; running jobs can be cut; \+0 USD$/,
  ],
])('%s is said in a sentence', (_, after, says) => {
  expect(sentenceOf(after)).toMatch(says);
});

test('jobs that leave Spot have their price on both sides', () => {
  const [after, before] = [ON_DEMAND, SPOT_FIRST];
  expect(sentenceOf(after, before)).toMatch(
    /^acme-amd64-spot from Spot first to on demand; .*a job-minute costs USD 0\.00127 on demand instead of 0\.00013 to 0\.00127 on Spot, else 0\.00127/,
  );
  expect(printDiffMarkdown([diffOf(before, after)])).toContain(
    '| acme-amd64-spot | 0.00013 to 0.00127 on Spot, else 0.00127 -> 0.00127 on demand |',
  );
});

test('two things at once are said together', () => {
  expect(sentenceOf(edited(RELEASED, ['ec2nodeclass-gitlab-jobs.yaml', 'v20260812', 'v20260901']))).toMatch(
    /^GitLab Runner 19\.3\.0 to 19\.4\.1 on all four runners and node image al2023@v20260812 to al2023@v20260901 on gitlab-jobs; /,
  );
});

test('what no sentence holds is counted in the sentence and listed below it', () => {
  const much = edited(
    RELEASED,
    ['ec2nodeclass-gitlab-jobs.yaml', 'v20260812', 'v20260901'],
    [POOL, 'cpu: "104"', 'cpu: "10"'],
    [DEPLOYMENT, 'spot\n', 'spot,web\n'],
  );
  const diff = diffOf(FLEET, much);
  expect(summarySentence(diff)).toMatch(
    /^ten objects changed in four ways \(runner release, node image, tags and 1 more\); /,
  );
  const [unfolded] = printDiffMarkdown([diff]).split('<details>');
  expect(unfolded).toMatch(/^- GitLab Runner 19\.3\.0 to 19\.4\.1 on all four runners$/m);
  expect(unfolded).toMatch(/^- limits of gitlab-jobs-amd64-spot: cpu 104 to 10$/m);
});

test('every changed object belongs to something that the sentence or the list names', () => {
  const much = edited(
    withRunner(RELEASED, 'arm64-spot', 'other'),
    [POOL, 'cpu: "104"', 'cpu: "10"'],
    ['networkpolicy-gitlab-jobs.yaml', 'metadata:\n', 'metadata:\n  annotations: { a: b }\n'],
    [DEPLOYMENT, 'replicas: 1', 'replicas: 2'],
  );
  const { causes, changes } = diffOf(FLEET, [
    ...much,
    { path: 'acme/odd.yaml', text: 'apiVersion: example.com/v1\nkind: Odd\nmetadata: { name: odd }\n' },
  ]);
  const named = new Set(causes.flatMap(({ objects }) => objects));
  expect(named.size).toBe(changes.length);
  expect(causes.map(({ what }) => what)).toContain('Odd/odd added');
});

test.each<[string, readonly SourceFile[], RegExp]>([
  [
    'an object that no rule knows',
    [
      ...FLEET,
      { path: 'acme/odd.yaml', text: 'apiVersion: example.com/v1\nkind: Odd\nmetadata: { name: odd }\n' },
    ],
    /no rule knows all that this does to running jobs/,
  ],
  [
    'a field that no rule judges',
    edited(FLEET, [
      DEPLOYMENT,
      'imagePullPolicy: IfNotPresent',
      'imagePullPolicy: IfNotPresent\n          tty: true',
    ]),
    /no rule knows all that this does to running jobs/,
  ],
  [
    'a manager of an image from elsewhere',
    edited(FLEET, [DEPLOYMENT, /image: \S+/, 'image: docker.io/evil/runner:alpine-v19.3.0']),
    /no rule knows all that this does to running jobs/,
  ],
  [
    'an apply that fails',
    edited(FLEET, [DEPLOYMENT, /matchLabels:\n( +)/, 'matchLabels:\n$1a: b\n$1']),
    /; the apply fails/,
  ],
])('nothing is called harmless beside %s', (_, after, says) => {
  expect(sentenceOf(after)).toMatch(says);
  expect(sentenceOf(after)).not.toMatch(/no running job is cut|nothing that runs/);
});

test('files that no rule judges take back that nothing is cut', () => {
  expect(summarySentence(diffOf(FLEET, RELEASED), false)).toBe(
    'GitLab Runner 19.3.0 to 19.4.1 on all four runners; four managers roll; +0 USD',
  );
});

test('programs get the sentence and its causes', () => {
  const { clusters } = JSON.parse(printDiffJson([diffOf(FLEET, RELEASED)]));
  expect(clusters[0].summary).toMatch(/^GitLab Runner 19\.3\.0 to 19\.4\.1/);
  expect(clusters[0].causes).toEqual([
    {
      kind: 'runner-release',
      what: 'GitLab Runner 19.3.0 to 19.4.1 on all four runners',
      objects: expect.arrayContaining(['Deployment/gitlab-runners/runner-amd64-spot']),
      follows: false,
    },
  ]);
  expect(JSON.parse(printDiffJson([diffOf(FLEET, FLEET)])).clusters[0].summary).toBeNull();
});
