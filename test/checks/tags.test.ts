import { type Change, edited, FLEET, parsed, readFixture } from '../fixtures/files';
import { describeCheck, findingsIn } from './cases';

/** Fleet acme, and fleet protected of the same cluster, whose runner has a tag of its own. */
const BOTH = [...FLEET, ...readFixture('neighbour')];
const OWN = 'runners/arm64-on-demand/configmap.yaml';
const SPOT = 'runners/arm64-spot/configmap.yaml';
const DEPLOY = 'runners/deploy/configmap.yaml';
const ALL = 'arm64,aarch64,graviton,on-demand';

/** The runner on demand has the tags of the one on Spot, and one more: as derived tags make it. */
const COVERS: Change = [OWN, `tags: ${ALL}`, 'tags: arm64,aarch64,graviton,spot,special'];
const PRIVILEGED: readonly Change[] = [
  [OWN, 'privileged = false', 'privileged = true'],
  [OWN, 'allow_privilege_escalation = false', 'allow_privilege_escalation = true'],
];
const setting = (line: string): Change => [
  OWN,
  '      [runners.kubernetes]\n',
  `      [runners.kubernetes]\n      ${line}\n`,
];
const WITH_GPU = `pod_spec = [{ name = "devices", patch_type = "strategic", patch = '{"containers":[{"name":"build","resources":{"limits":{"nvidia.com/gpu":"1"}}}]}' }]`;
const FLAG: Change = [
  OWN,
  '      [runners.feature_flags]\n',
  '      [runners.feature_flags]\n      FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n',
];

describeCheck('tags', {
  fires: [
    {
      name: 'a runner with a GPU and the tags of a plain one',
      changes: [COVERS, FLAG, setting(WITH_GPU)],
      finds: [
        'tags/devices',
        'warning',
        /arm64-on-demand holds nvidia.com\/gpu .*cover all of acme-arm64-spot.*exactTags: true/s,
      ],
    },
    {
      name: 'privileged jobs',
      changes: [COVERS, ...PRIVILEGED],
      finds: [
        'tags/rights',
        'warning',
        /runs its jobs privileged, and its tags cover all of acme-arm64-spot/,
      ],
    },
    {
      name: 'jobs without seccomp',
      changes: [
        COVERS,
        [
          OWN,
          '        [runners.kubernetes.node_selector]\n',
          '        [runners.kubernetes.build_container_security_context.seccomp_profile]\n        type = "Unconfined"\n\n        [runners.kubernetes.node_selector]\n',
        ],
      ],
      finds: ['tags/rights', 'warning', /runs its jobs without seccomp/],
    },
    {
      name: 'jobs with an account of their own',
      changes: [COVERS, setting('service_account = "deploy"')],
      finds: ['tags/rights', 'warning', /runs its jobs as ServiceAccount deploy/],
    },
    {
      name: 'another fleet of the cluster',
      files: BOTH,
      changes: [[DEPLOY, 'tags: deploy', `tags: ${ALL},deploy`]],
      finds: [
        'tags/tier',
        'warning',
        /deploy is of fleet protected, and its tags cover all of acme-arm64-on-demand/,
      ],
    },
    {
      name: 'another fleet of the cluster, by the annotation of the manager alone',
      files: BOTH,
      changes: [['arm64-on-demand/deployment.yaml', `tags: ${ALL}`, `tags: ${ALL},deploy`]],
      finds: [
        'tags/tier',
        'warning',
        /found arm64,.*,deploy\..*is of fleet acme, and its tags cover all of \S*deploy/s,
      ],
    },
    {
      name: 'a protected runner of the same fleet',
      changes: [COVERS, [OWN, 'annotations:\n', 'annotations:\n    gitlab-runner-fleet/protected: "true"\n']],
      finds: ['tags/tier', 'warning', /arm64-on-demand is of fleet acme and is protected/],
    },
    {
      name: 'larger jobs',
      changes: [COVERS, [OWN, ' cpu_request = "1"', ' cpu_request = "3"']],
      finds: ['tags/size', 'warning', /reserves 3.1 CPU and 2304Mi of memory for each job/],
    },
    {
      name: 'untagged jobs of a plain runner and a privileged one',
      changes: [
        ...PRIVILEGED,
        [OWN, 'annotations:\n', 'annotations:\n    gitlab-runner-fleet/run-untagged: "true"\n'],
        [SPOT, 'annotations:\n', 'annotations:\n    gitlab-runner-fleet/run-untagged: "true"\n'],
      ],
      finds: ['tags/rights', 'warning', /runs its jobs privileged/],
    },
  ],
  quiet: [
    { name: 'runners of which each has a tag that the others lack' },
    { name: 'a tier with tags of its own', files: BOTH },
    { name: 'a runner of the same kind that has more tags', changes: [COVERS] },
  ],
});

test('a runner whose tags nobody knows is not judged', () => {
  const unknown = edited(FLEET, [OWN, `tags: ${ALL}`, 'tags: ""'], ...PRIVILEGED, [
    'runners/arm64-on-demand/deployment.yaml',
    `tags: ${ALL}`,
    'tags: ""',
  ]);
  expect(findingsIn(unknown).filter(({ id }) => id.startsWith('tags/'))).toEqual([]);
  expect(parsed(unknown).length).toBeGreaterThan(0);
});

test('two fleets with the same tags are one finding, at the protected one', () => {
  const same = edited(
    BOTH,
    [DEPLOY, 'tags: deploy', `tags: ${ALL}`],
    [OWN, 'annotations:\n', 'annotations:\n    gitlab-runner-fleet/protected: "true"\n'],
  );
  const found = findingsIn(same).filter(({ id }) => id === 'tags/tier');
  expect(found.map(({ at: { manifest } }) => manifest.file)).toEqual([expect.stringContaining(OWN)]);
});
