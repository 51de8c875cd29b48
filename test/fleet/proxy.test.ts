import type { ProxyProps, RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { parseToml } from '../../lib/values/toml';
import { findingsIn } from '../checks/cases';
import { find, type Manifest, manifests, refusalOf, render } from '../fleets';

const fleet = (proxy: ProxyProps, change: Partial<RunnerFleetProps> = {}): RunnerFleetProps => ({
  name: 'production',
  gitlabUrl: 'https://gitlab.example.com',
  proxy,
  runners: [{ name: 'a', arch: 'amd64', capacity: 'spot' }],
  ...change,
});
const NAMED: ProxyProps = { http: 'http://proxy.example.com:3128', noProxy: ['10.0.0.0/16', '.example.com'] };
const environmentOf = (objects: readonly Manifest[]): readonly string[] => {
  const [config] = objects.filter(({ kind, data }) => kind === 'ConfigMap' && data['config.toml']);
  return (parseToml(config.data['config.toml']) as Manifest).runners[0].environment;
};
const variablesOf = (objects: readonly Manifest[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    find(objects, 'Deployment', 'runner-a')
      .spec.template.spec.containers[0].env.filter(({ value }: Manifest) => value !== undefined)
      .map(({ name, value }: Manifest) => [name, value]),
  );
const egressOf = (objects: readonly Manifest[], namespace: string) =>
  find(objects, 'NetworkPolicy', 'default', namespace).spec.egress;

test('managers ask the proxy, and their own cluster directly', () => {
  const { HTTP_PROXY, HTTPS_PROXY, NO_PROXY } = variablesOf(manifests(fleet(NAMED)));
  expect([HTTP_PROXY, HTTPS_PROXY]).toEqual([NAMED.http, NAMED.http]);
  expect(NO_PROXY.split(',')).toEqual([
    'localhost',
    '127.0.0.1',
    '::1',
    '.svc',
    '.cluster.local',
    '169.254.169.254',
    'fd00:ec2::254',
    '169.254.170.23',
    'fd00:ec2::23',
    '$(KUBERNETES_SERVICE_HOST)',
    '10.0.0.0/16',
    '.example.com',
  ]);
});

test('jobs have each variable in capitals and in small letters', () => {
  const environment = environmentOf(manifests(fleet({ ...NAMED, https: 'https://tls-proxy.example.com' })));
  expect(environment.map((one) => one.split('=')[0])).toEqual([
    'HTTP_PROXY',
    'http_proxy',
    'HTTPS_PROXY',
    'https_proxy',
    'NO_PROXY',
    'no_proxy',
  ]);
  expect(environment).toContain('http_proxy=http://proxy.example.com:3128');
  expect(environment).toContain('HTTPS_PROXY=https://tls-proxy.example.com');
  expect(environment.join()).not.toContain('KUBERNETES_SERVICE_HOST');
});

test('variables of the description stand beside those of the proxy', () => {
  const objects = manifests(
    fleet(NAMED, { runnerDefaults: { config: { runner: { environment: ['TZ=Europe/Berlin'] } } } }),
  );
  expect(environmentOf(objects)).toHaveLength(7);
  expect(environmentOf(objects)).toContain('TZ=Europe/Berlin');
});

test('the port of a proxy with a name is open to everywhere, for managers and jobs', () => {
  const objects = manifests(fleet(NAMED));
  for (const namespace of ['gitlab-runners', 'gitlab-jobs']) {
    const [, everywhere] = egressOf(objects, namespace);
    expect(everywhere.to[0].ipBlock.cidr).toBe('0.0.0.0/0');
    expect(everywhere.ports).toContainEqual({ port: 3128, protocol: 'TCP' });
  }
});

test('that of a proxy with an address is open to it alone, in the VPC that is shut otherwise', () => {
  const objects = manifests(
    fleet({ https: 'http://10.20.0.15:3128' }, { network: { jobExcept: ['10.0.0.0/8'] } }),
  );
  for (const namespace of ['gitlab-runners', 'gitlab-jobs']) {
    const [, everywhere, proxy] = egressOf(objects, namespace);
    expect(JSON.stringify(everywhere)).not.toContain('3128');
    expect(proxy).toEqual({
      to: [{ ipBlock: { cidr: '10.20.0.15/32' } }],
      ports: [{ port: 3128, protocol: 'TCP' }],
    });
  }
  expect(environmentOf(objects).join()).not.toMatch(/\bHTTP_PROXY/);
});

describe('nodes get the proxy in their user data', () => {
  const userData = (change: Partial<RunnerFleetProps> = {}, proxy = NAMED) =>
    manifests(fleet(proxy, change))
      .filter(({ kind }) => kind === 'EC2NodeClass')
      .map(({ spec }) => spec.userData as string | undefined);

  test('those of managers and of jobs, as nodeadm reads it', () => {
    const all = userData();
    expect(all).toHaveLength(2);
    for (const one of all) {
      expect(one).toContain(`HTTPS_PROXY: "${NAMED.http}"`);
      expect(one).toMatch(/NO_PROXY: ".*\.eks\.amazonaws\.com,.*,10\.0\.0\.0\/16,\.example\.com"/);
    }
  });

  test('those of Bottlerocket in its own settings', () => {
    for (const one of userData({ nodeClass: { amiAlias: 'bottlerocket@v1.50.0' } }))
      expect(one).toMatch(/^\[settings\.network\]\nhttps-proxy = "http:\/\/proxy\.example\.com:3128"\n/);
  });

  test('in front of what else they run', () => {
    for (const said of [
      '#!/bin/bash\ntrue\n',
      'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {}\n',
    ])
      for (const one of userData({ nodeClass: { userData: said } })) {
        expect(one).toMatch(/^MIME-Version: 1\.0\n/);
        expect(one?.indexOf('HTTPS_PROXY')).toBeLessThan(one?.indexOf(said) ?? -1);
      }
    const settings = '[settings.pki.gitlab]\ntrusted = true\n';
    for (const one of userData({ nodeClass: { amiAlias: 'bottlerocket@v1.50.0', userData: settings } })) {
      expect(one).toContain(settings);
      expect(parseToml(one ?? '')).toMatchObject({
        settings: { network: { 'https-proxy': NAMED.http }, pki: { gitlab: { trusted: true } } },
      });
    }
  });

  test('unless their user data names a proxy, or their image does not read it', () => {
    const said =
      'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: { instance: { environment: { default: { HTTPS_PROXY: a } } } }\n';
    expect(userData({ nodeClass: { userData: said } })).toEqual([said, said]);
    const archive =
      'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="//"\n\n--//\nContent-Type: text/x-shellscript; charset="us-ascii"\n\n#!/bin/bash\ntrue\n\n--//--\n';
    expect(() => userData({ nodeClass: { userData: archive } })).toThrow(
      /do not get it[\s\S]*add a NodeConfig/,
    );
    const old = { amiAlias: 'al2023@v20250101' };
    expect(userData({ nodeClass: old })).toEqual([undefined, undefined]);
  });
});

test('a fleet behind a proxy is proved like any other', () => {
  expect(
    findingsIn(render(fleet(NAMED)))
      .filter(({ severity }) => severity !== 'note')
      .map(({ id }) => id),
  ).toEqual([]);
});

// biome-ignore format: a table of cases
test.each<[string, ProxyProps, RegExp]>([
  ['no address', { noProxy: ['.example.com'] }, /proxy > http: nothing/],
  ['an address without its scheme', { http: 'proxy.example.com:3128' }, /http: "proxy\.example\.com:3128"[\s\S]*with its scheme/],
  ['a proxy of another kind', { https: 'socks5://proxy.example.com' }, /https: "socks5[\s\S]*http or https/],
  ['credentials', { http: 'http://ci:hunter2@proxy.example.com:3128' }, /"http:\/\/proxy\.example\.com:3128"[\s\S]*rendered in plain[\s\S]*by their addresses/],
  ['credentials without a scheme', { http: 'ci:hunter2@proxy.example.com:3128' }, /http: "proxy/],
  ['a path', { http: 'http://proxy.example.com/here' }, /write "http:\/\/proxy\.example\.com"/],
  ['a wildcard', { ...NAMED, noProxy: ['*.example.com'] }, /noProxy\[0\][\s\S]*write "\.example\.com"/],
  ['everything', { ...NAMED, noProxy: ['*'] }, /no request would go to the proxy/],
  ['an address with its scheme among hosts', { ...NAMED, noProxy: ['https://git.example.com/'] }, /write "git\.example\.com"/],
  ['several in one text', { ...NAMED, noProxy: ['a.example.com,b.example.com'] }, /one for each element/],
])('%s is refused', (_, proxy, says) => {
  const message = refusalOf(fleet(proxy));
  expect(message).toMatch(says);
  expect(message).not.toContain('hunter2');
});
