import { type Change, edited, FLEET, RENDERED } from '../fixtures/files';
import { findingsIn } from './cases';
import { CLASS, CONFIG, DEPLOYMENT, POOL } from './places';

/** The config.toml as someone else would write it: without the label of what this product rendered. */
const FOREIGN = edited(FLEET, [CONFIG, / {4}gitlab-runner-fleet\/runner: .*\n/, '']);

const found = (...changes: readonly Change[]) =>
  findingsIn(edited(FOREIGN, ...changes)).map(({ id, severity, notProved, at, found: text }) => ({
    id,
    severity,
    notProved: notProved === true,
    on: at.manifest.kind,
    text,
  }));
const ofPool = (text: string, notProved = true) => [
  { id: 'lands/run-time-value', severity: 'note', notProved, on: 'NodePool', text },
];
const ofConfig = (text: string, notProved = true) => [
  { id: 'config/run-time-value', severity: 'note', notProved, on: 'ConfigMap', text },
];

const ARCH = /(key: kubernetes.io\/arch\n +operator: In\n +values:\n +- )arm64/;
const FILLED: Change = [CONFIG, '    kustomize.toolkit.fluxcd.io/substitute: disabled\n', ''];
const ZONE = '        - key: topology.kubernetes.io/zone\n          operator: In\n          values:\n';

test.each<[string, Change, string]>([
  ['its architecture', [POOL, ARCH, '$1${ARCH}'], '${ARCH}'],
  ['a limit', [POOL, /cpu: "?\d+"?/, 'cpu: ${CPU_LIMIT}'], '${CPU_LIMIT}'],
  [
    'a label of its nodes',
    [POOL, /gitlab-runner-fleet\/dedicated-to: gitlab-jobs/, 'gitlab-runner-fleet/dedicated-to: ${POOL}'],
    '${POOL}',
  ],
  [
    'a zone',
    [
      POOL,
      '      requirements:\n',
      `      requirements:\n${ZONE}            - \${AZ1}\n            - \${AZ2}\n`,
    ],
    '${AZ1}, ${AZ2}',
  ],
  ['its lifetime', [POOL, 'expireAfter: 168h', 'expireAfter: ${LIFETIME}'], '${LIFETIME}'],
])(
  'a variable in a pool that decides about %s is not proved, and reported there alone',
  (_, change, text) => {
    expect(found(change)).toEqual(ofPool(text));
  },
);

test('the default of a variable in a pool stands for it, which is said', () => {
  expect(found([POOL, ARCH, '$1${ARCH:=arm64}'])).toEqual(ofPool('${ARCH:=arm64}', false));
  expect(found([POOL, ARCH, '$1${ARCH:=amd64}']).map(({ id }) => id)).toContain('lands/job');
});

test('where Flux is told to leave a pool alone, its variables are what they look like', () => {
  const ids = found(
    [POOL, ARCH, '$1${ARCH}'],
    [
      POOL,
      'metadata:\n',
      'metadata:\n  annotations:\n    kustomize.toolkit.fluxcd.io/substitute: disabled\n',
    ],
  ).map(({ id }) => id);
  expect(ids).toContain('pools-usable/no-type');
  expect(ids).not.toContain('lands/run-time-value');
});

test('a value of a node class that a variable fills in is not proved; one that is wrong without is an error', () => {
  const size = (text: string): Change => [CLASS, /volumeSize: .*/, `volumeSize: ${text}`];
  expect(found(size('${DISK}'))).toEqual([
    { id: 'schema/run-time-value', severity: 'note', notProved: true, on: 'EC2NodeClass', text: '"${DISK}"' },
  ]);
  expect(found(size('large'))).toContainEqual(
    expect.objectContaining({ id: 'schema/wrong-value', severity: 'error' }),
  );
});

test.each<[string, Change, string]>([
  ['a request', [CONFIG, 'cpu_request = "1"', 'cpu_request = "${CPU}"'], '${CPU}'],
  ['a number without quotes', [CONFIG, 'concurrent = 20', 'concurrent = ${JOBS}'], '${JOBS}'],
])('a variable in a config.toml that stands for %s is not proved', (_, change, text) => {
  expect(found(FILLED, change)).toEqual(ofConfig(text));
});

test('defaults in a config.toml stand for its variables, which is said', () => {
  expect(found(FILLED, [CONFIG, 'concurrent = 20', 'concurrent = ${JOBS:=20}'])).toEqual(
    ofConfig('${JOBS:=20}', false),
  );
  expect(found(FILLED, [CONFIG, 'cpu_request = "1"', 'cpu_request = "${CPU:-1}"'])).toEqual(
    ofConfig('${CPU:-1}', false),
  );
});

test('a number between quotes stays a text whatever its variable is, and what nothing fills in is no TOML', () => {
  const ids = (...changes: readonly Change[]) => found(...changes).map(({ id }) => id);
  expect(ids(FILLED, [CONFIG, 'limit = 20', 'limit = "${LIMIT}"'])).toContain('config/wrong-type');
  expect(ids([CONFIG, 'concurrent = 20', 'concurrent = ${JOBS}'])).toContain('config/syntax');
  expect(ids(FILLED, [CONFIG, 'cpu_request = "1"', 'cpu_request = "lots"'])).toContain('config/quantity');
});

describe('what is rendered holds no variable', () => {
  const RENDERED_ERROR = { id: 'guarded/run-time-value', severity: 'error' };
  const errors = (...changes: readonly Change[]) =>
    findingsIn(edited(RENDERED, ...changes))
      .filter(({ id }) => id === 'guarded/run-time-value')
      .map(({ id, severity, at, found: text }) => ({ id, severity, on: at.manifest.kind, text }));

  test.each<[string, Change, string, string]>([
    [
      'a boolean of a manager',
      [DEPLOYMENT, 'automountServiceAccountToken: true', 'hostPID: ${x:=true}'],
      'Deployment',
      'hostPID: ${x:=true}',
    ],
    [
      'a hop limit',
      [CLASS, 'httpPutResponseHopLimit: 1', 'httpPutResponseHopLimit: ${x:=2}'],
      'EC2NodeClass',
      'httpPutResponseHopLimit: ${x:=2}',
    ],
    [
      'a default within a default',
      [CLASS, 'httpTokens: required', 'httpTokens: ${x:=${y:=optional}}'],
      'EC2NodeClass',
      'httpTokens: ${x:=${y:=optional}}',
    ],
    [
      'another expression',
      [CLASS, 'httpTokens: required', 'httpTokens: ${x/a/b}'],
      'EC2NodeClass',
      'httpTokens: ${x/a/b}',
    ],
    [
      'an escape between quotes',
      [CLASS, 'httpTokens: required', 'httpTokens: "\\u0024{x:=optional}"'],
      'EC2NodeClass',
      'httpTokens: ${x:=optional}',
    ],
    [
      'the key of a field',
      [DEPLOYMENT, 'automountServiceAccountToken: true', '${x:=hostPID}: true'],
      'Deployment',
      '["${x:=hostPID}"]: ${x:=hostPID}',
    ],
  ])('neither as %s', (_, change, on, text) => {
    expect(errors(change)).toEqual([{ ...RENDERED_ERROR, on, text: expect.stringContaining(text) }]);
  });

  test('nor in a config.toml that Flux is no longer told to leave alone', () => {
    expect(errors(FILLED, [CONFIG, 'concurrent = 20', 'concurrent = ${JOBS:=900}'])).toMatchObject([
      RENDERED_ERROR,
    ]);
  });

  test('texts of its own stand in objects that Flux leaves alone', () => {
    expect(errors([CONFIG, 'FF_WAIT_FOR', 'OWN = "${HOME}"\n      FF_WAIT_FOR'])).toEqual([]);
  });
});
