import { parse } from 'yaml';
import { proxyUserData, takesProxy } from '../../lib/karpenter/proxy-user-data';
import { parseToml } from '../../lib/values/toml';

const URL = 'http://proxy.example.com:3128';
const PROXY = { http: URL, https: URL, noProxy: ['10.0.0.0/16', 'localhost'] };

test('a node of AL2023 has the proxy in its NodeConfig, for nodeadm and all services', () => {
  const { apiVersion, kind, spec } = parse(proxyUserData('AL2023', PROXY));
  expect([apiVersion, kind]).toEqual(['node.eks.aws/v1alpha1', 'NodeConfig']);
  const { HTTP_PROXY, HTTPS_PROXY, NO_PROXY } = spec.instance.environment.default;
  expect([HTTP_PROXY, HTTPS_PROXY]).toEqual([URL, URL]);
  expect(NO_PROXY.split(',')).toEqual([
    'localhost',
    '127.0.0.1',
    '169.254.169.254',
    'fd00:ec2::254',
    '.eks.amazonaws.com',
    '.svc',
    '.cluster.local',
    '10.0.0.0/16',
  ]);
});

test('a node of Bottlerocket has it in its settings', () => {
  const { settings } = parseToml(proxyUserData('Bottlerocket', PROXY)) as {
    settings: { network: { 'https-proxy': string; 'no-proxy': string[] } };
  };
  expect(settings.network['https-proxy']).toBe(URL);
  expect(settings.network['no-proxy']).toContain('.eks.amazonaws.com');
  expect(settings.network['no-proxy']).toContain('10.0.0.0/16');
});

test('a proxy of HTTPS alone leaves plain HTTP alone', () => {
  const { spec } = parse(proxyUserData('AL2023', { ...PROXY, http: undefined }));
  expect(Object.keys(spec.instance.environment.default)).toEqual(['HTTPS_PROXY', 'NO_PROXY']);
});

test.each([
  ['al2023@v20251120', true],
  ['al2023@v20260812', true],
  ['al2023@v20251108', false],
  ['bottlerocket@v1.50.0', true],
  ['al2@v20251120', false],
])('an image of %s takes a proxy from its user data: %s', (alias, takes) => {
  expect(takesProxy(alias)).toBe(takes);
});
