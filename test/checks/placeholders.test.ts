import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import type { Change } from '../fixtures/files';
import { edited, FLEET, parsed } from '../fixtures/files';
import { findingsIn } from './cases';
import { CLASS, CONFIG, DEPLOYMENT } from './places';

const [NAMESPACE, LABEL] = ['namespace = "gitlab-jobs"', / {4}gitlab-runner-fleet\/runner: .*\n/];
/** The config.toml as someone else would write it, which Flux may fill in. */
const FOREIGN = edited(
  FLEET,
  [CONFIG, LABEL, ''],
  [CONFIG, '    kustomize.toolkit.fluxcd.io/substitute: disabled\n', ''],
);
const found = (...changes: readonly Change[]) =>
  findingsIn(edited(FOREIGN, ...changes))
    .filter(({ severity, notProved }) => severity !== 'note' || notProved)
    .map(({ id, severity, at }) => `${severity} ${id} ${at.manifest.kind}`);

const FORMS = ['${JOBS}', '${JOBS,,}', '${JOBS/_/-}', '###ZARF_VAR_JOBS###', '@@JOBS@@', '<<JOBS>>'];

test.each(FORMS)(
  'a namespace of jobs that is filled in as %s is neither refused nor without rights',
  (form) => {
    const ids = found([CONFIG, NAMESPACE, `namespace = "${form}"`]);
    expect(ids.filter((one) => one.startsWith('error'))).toEqual([]);
    expect(ids).toContain('note rights/unknown-binding Deployment');
    expect(ids.filter((one) => /rights\/(elsewhere|missing)/.test(one))).toEqual([]);
  },
);

test.each(FORMS)('a name that is filled in as %s is not proved', (form) => {
  const ids = found([CLASS, /\n {2}name: (\S+)\n/, `\n  name: "$1-${form}"\n`]);
  expect(ids).toContain('note schema/run-time-value EC2NodeClass');
  expect(ids.filter((one) => one.startsWith('error schema'))).toEqual([]);
});

test('a name of other characters is refused as before', () => {
  expect(found([CLASS, /\n {2}name: (\S+)\n/, '\n  name: "$1#1"\n'])).toContain(
    'error schema/name EC2NodeClass',
  );
});

describe('an older release expands token and address of a runner', () => {
  const OLD: Change = [DEPLOYMENT, /(gitlab-runner:alpine-v)[\d.]+/, '$118.9.0'];
  const reasons = (files: typeof FLEET, ...changes: readonly Change[]) =>
    runChecks(observe(parsed(edited(files, OLD, ...changes))))
      .findings.filter(({ id }) => id === 'architecture/manager-too-old')
      .map(({ why }) => why)
      .filter((why) => why.includes('expanded from the environment'));

  test('not, and a config that needs it is reported', () => {
    expect(reasons(FLEET)).toHaveLength(1);
    expect(reasons(FOREIGN)).toHaveLength(1);
  });

  test('nor needs it what Flux fills in before', () => {
    const filled: Change[] = [
      [CONFIG, /token = ".*"/, 'token = "glrt-t1_placeholder"'],
      [CONFIG, 'url = "https://gitlab.com"', 'url = "https://gitlab.${DOMAIN}"'],
    ];
    expect(reasons(FOREIGN, ...filled)).toEqual([]);
  });
});

test('an account that is in another namespace is one finding', () => {
  const account = 'automount_service_account_token = false\n      service_account = "deployer"\n';
  const files = [
    ...edited(FLEET, [CONFIG, 'automount_service_account_token = false\n', account]),
    {
      path: 'acme/own.yaml',
      text: 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: deployer, namespace: elsewhere }\n',
    },
  ];
  const ids = findingsIn(files).map(({ id }) => id);
  expect(ids.filter((id) => /service-account|needs\/account/.test(id))).toEqual(['admitted/service-account']);
});

describe('an unknown field of an object', () => {
  const FIELD: Change = [
    DEPLOYMENT,
    '          securityContext:\n',
    '          securityContext:\n            fsGroup: 1\n',
  ];
  const said = (...changes: readonly Change[]) =>
    findingsIn(edited(FLEET, FIELD, ...changes))
      .filter(({ id }) => id === 'schema/unknown-field')
      .map(({ severity, why }) => [severity, why]);

  test('is refused', () => {
    expect(said()).toEqual([['error', expect.stringMatching(/the API server refuses the object/)]]);
  });

  test('is dropped by Helm, which warns', () => {
    expect(said([DEPLOYMENT, '  labels:\n', '  labels:\n    heritage: Helm\n'])).toEqual([
      [
        'warning',
        expect.stringMatching(/Helm installs the object with a warning, and the field does nothing/),
      ],
    ]);
  });
});
