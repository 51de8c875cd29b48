import { describeSources } from '../../lib/import/describe';
import { setAt } from '../../lib/import/draft';
import { runnerOfChart } from '../../lib/import/runner-release';
import { readSources } from '../../lib/import/sources';
import { httpAddress } from '../../lib/values/http-address';
import { READ_BY_TEMPLATES } from './chart-reads';
import { descriptionIn, imported, linesOf, runnerIn } from './imported';

const URL_LINE = 'gitlabUrl: https://gitlab.example.com\n';
const kubernetes = (text: string) =>
  `${URL_LINE}runners:\n  config: |\n    [[runners]]\n    [runners.kubernetes]\n    ${text}\n`;

/** Values of another type than text, where the chart takes nothing else. */
const OF_TYPE: Readonly<Record<string, unknown>> = {
  volumes: [{ name: 'a', emptyDir: {} }],
  volumeMounts: [{ name: 'a', mountPath: '/a' }],
  envVars: [{ name: 'A', value: 'b' }],
  extraEnv: { A: 'b' },
  nodeSelector: { a: 'b' },
  tolerations: [{ key: 'a', operator: 'Exists' }],
  podLabels: { a: 'b' },
  podAnnotations: { a: 'b' },
  imagePullSecrets: [{ name: 'a' }],
  replicas: 3,
  concurrent: 7,
  terminationGracePeriodSeconds: 60,
  'runners.maximumTimeout': 60,
  'runners.config': '[[runners]]\n  output_limit = 1\n',
  'runners.executor': 'kubernetes',
  'rbac.imagePullSecrets': ['a'],
  'serviceAccount.imagePullSecrets': [{ name: 'a' }],
  'metrics.port': 9999,
};

/** The report of a release with a single value besides the address. */
function reportOf(name: string, value: unknown): readonly string[] {
  const values: Record<string, unknown> = { gitlabUrl: 'https://gitlab.example.com', runners: {} };
  setAt(values, name.split('.'), value);
  const release = {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'docker', namespace: 'ci' },
    spec: { chart: { spec: { chart: 'gitlab-runner' } }, values },
  };
  const sources = readSources([{ path: 'release.yaml', text: JSON.stringify(release) }]);
  const { fleet, lines } = describeSources(sources, 'acme');
  return [...lines.map((line) => JSON.stringify(line)), JSON.stringify(fleet)];
}

const NOTHING = new Set(reportOf('runners', {}));

// Tokens are never written, and each report has an address.
test.each(READ_BY_TEMPLATES.filter((name) => !/oken$|^gitlabUrl$/.test(name)))(
  '%s alone has a line in the report, or an option in the description',
  (name) => {
    const said = reportOf(name, OF_TYPE[name] ?? 'something').filter((line) => !NOTHING.has(line));
    expect(said).not.toEqual([]);
  },
);

test.each([
  ['hostAliases', '[{ ip: 10.0.0.5, hostnames: [db] }]', 'patches.Deployment'],
  ['affinity', '{ nodeAffinity: { x: y } }', 'patches.Deployment'],
  ['extraEnvFrom', '{ A: { secretKeyRef: { name: a, key: b } } }', 'patches.Deployment'],
  ['sentryDsn', 'https://sentry.example.com', 'config.global.sentry_dsn'],
])('%s of managers is to be decided, and the report says where to write it', (name, value, to) => {
  const result = imported({ 'values.yaml': `${URL_LINE}${name}: ${value}\nrunners: {}\n` });
  expect(linesOf(result, 'decide')).toContainEqual(
    expect.stringContaining(`${name} -> ${to}: not carried over`),
  );
});

test('a mirror of the registry stays the one that managers pull from, whatever the path in it', () => {
  const fleet = (image: string) => imported({ 'values.yaml': `${URL_LINE}image: ${image}\nrunners: {}\n` });
  expect(descriptionIn(fleet('{ registry: harbor.acme.io }'))).toMatchObject({
    imageRegistry: 'harbor.acme.io/gitlab-org',
  });
  expect(runnerIn(fleet('{ registry: harbor.acme.io, image: gitlab/gitlab-runner }'))).toMatchObject({
    manager: { image: expect.stringMatching(/^harbor\.acme\.io\/gitlab\/gitlab-runner:alpine-v/) },
  });
  const hub = fleet('{ registry: docker.io, image: gitlab/gitlab-runner }');
  expect(linesOf(hub, 'decide')).toContainEqual(
    expect.stringMatching(/^image -> imageRegistry of the fleet/),
  );
});

test('a placeholder that nothing fills in is refused, and an address with one stays for synth to refuse', () => {
  const address = 'https://gitlab.$' + '{DOMAIN}';
  const result = imported({
    'values.yaml': kubernetes('image = "alpine:3.22"').replace(/https:\S+/, address),
  });
  expect(linesOf(result, 'refused')).toEqual([
    expect.stringMatching(/^gitlabUrl: nothing fills in \$\{DOMAIN\}/),
  ]);
  expect(descriptionIn(result)).toMatchObject({ gitlabUrl: address });
});

test.each(['$' + '{SA}', '{{ sa }}', '$(SA)', '%SERVICE%', '<account>'])(
  'the placeholder %s is known in a value that no job fills in',
  (text) => {
    const result = imported({ 'values.yaml': kubernetes(`service_account = "${text}"`) });
    const said = [...linesOf(result, 'refused'), ...linesOf(result, 'unread')];
    expect(said).toContainEqual(expect.stringContaining(text));
  },
);

test('a variable of jobs is not a placeholder where the runner fills it in', () => {
  const result = imported({
    'values.yaml': kubernetes('pod_labels = { project = "$' + '{CI_PROJECT_ID}" }'),
  });
  expect(result.lines.filter(({ why = '' }) => /fills in|is rendered as it is/.test(why))).toEqual([]);
});

test('an address has a scheme and a host', () => {
  for (const text of [
    'https://gitlab.example.com/git',
    'http://10.0.0.5:8080',
    'https://[::1]',
    'https://a_b.example',
  ])
    expect(httpAddress(text)?.href).toBeDefined();
  for (const text of [
    'https://gitlab.$' + '{DOMAIN}',
    'https://{x}',
    'https://$HOST',
    'ssh://a',
    'gitlab',
    4,
  ])
    expect(httpAddress(text)).toBeUndefined();
});

test('a refused address is written, so that no fleet asks another GitLab', () => {
  const result = imported({ 'values.yaml': 'gitlabUrl: gitlab.example.com\nconcurrent: 2\nrunners: {}\n' });
  expect(descriptionIn(result)).toMatchObject({ gitlabUrl: 'gitlab.example.com' });
  expect(linesOf(result, 'refused')).toEqual([
    expect.stringMatching(/^gitlabUrl: .*stays in the description/),
  ]);
});

test('a list of images that is refused is written, since without it every image is allowed', () => {
  const result = imported({ 'values.yaml': kubernetes('allowed_images = ["a[b"]') });
  expect(runnerIn(result)).toMatchObject({ job: { allowedImages: ['a[b'] } });
  expect(linesOf(result, 'refused')).toEqual([expect.stringMatching(/allowedImages/)]);
});

test('a list that allows no service still allows none', () => {
  const result = imported({ 'values.yaml': kubernetes('allowed_services = [""]') });
  expect(runnerIn(result)).toMatchObject({ config: { runner: { kubernetes: { allowed_services: [''] } } } });
  expect(result.faults).toEqual([]);
});

test('another release of GitLab Runner is to be decided', () => {
  expect(['0.41.0', '0.71.0', '0.77.1', '^0.58.0', '0.88.0'].map(runnerOfChart)).toEqual([
    '15.0',
    '17.6',
    '18.0',
    '16.5',
    '18.11',
  ]);
  expect(runnerOfChart('0.9.0')).toBeUndefined();
  const release = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: docker, namespace: ci }
spec:
  chart: { spec: { chart: gitlab-runner, version: 0.71.0 } }
  values: { gitlabUrl: https://gitlab.example.com }
`;
  expect(linesOf(imported({ 'release.yaml': release }), 'decide')).toContainEqual(
    expect.stringMatching(/chart 0\.71\.0 runs GitLab Runner 17\.6, and managers now run /),
  );
});

test('says in which line a config is not TOML', () => {
  const bad = '[[runners]]\n  a = "x\n';
  const values = `runners:\n  config: |\n${bad.replace(/^(?=.)/gm, '    ')}`;
  expect(linesOf(imported({ 'values.yaml': values }), 'unread')).toContainEqual(
    expect.stringMatching(/^values\.yaml runners\.config, line 2:/),
  );
  expect(linesOf(imported({ 'config.toml': bad }), 'unread')).toContainEqual(
    expect.stringMatching(/^config\.toml:2:/),
  );
});
