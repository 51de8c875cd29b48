import { type Change, edited, FLEET } from '../fixtures/files';
import { describeCheck, findingsIn } from './cases';
import { CONFIG, DEPLOYMENT, JOBS_POLICY } from './places';

const MANAGERS_POLICY = 'networkpolicy-gitlab-runners.yaml';
const ENV = '            - name: HOME\n';
const variable = (name: string, value: string) =>
  [DEPLOYMENT, ENV, `            - name: ${name}\n              value: ${value}\n${ENV}`] as const;
const key = (line: string) => [CONFIG, '    limit = 20\n', `    ${line}\n    limit = 20\n`] as const;
const CACHE = key(
  'cache = { Type = "s3", s3 = { ServerAddress = "minio.example.com:9000", BucketName = "ci", AuthenticationType = "iam" } }',
);
const opens = (policy: string, port: number) =>
  [policy, '- port: 443\n', `- port: ${port}\n          protocol: TCP\n        - port: 443\n`] as const;

describeCheck('reaches', {
  fires: [
    {
      name: 'a proxy of managers on a port of its own',
      changes: [variable('HTTPS_PROXY', 'http://proxy.example.com:3128')],
      finds: [
        'reaches/manager',
        'warning',
        /found proxy\.example\.com, TCP 3128.*no way to the proxy for managers/,
      ],
    },
    {
      name: 'a proxy by its address, which a policy leaves out',
      changes: [
        variable('https_proxy', 'http://10.20.0.15'),
        opens(MANAGERS_POLICY, 80),
        [MANAGERS_POLICY, '- 169.254.170.23/32', '- 169.254.170.23/32\n              - 10.20.0.0/16'],
      ],
      finds: ['reaches/manager', 'warning', /found 10\.20\.0\.15, TCP 80/],
    },
    {
      name: 'a GitLab on a port of its own',
      changes: [[CONFIG, /url = "https:\/\/[^"]*"/, 'url = "https://git.example.com:8443"']],
      finds: ['reaches/manager', 'warning', /found git\.example\.com, TCP 8443.*way to GitLab for managers/],
    },
    {
      name: 'a proxy of jobs',
      changes: [key('environment = ["https_proxy=http://proxy.example.com:3128"]')],
      finds: ['reaches/job', 'warning', /no way to the proxy for jobs/],
    },
    {
      name: 'an address to clone from',
      changes: [key('clone_url = "http://git.internal.example.com:8080"')],
      finds: ['reaches/job', 'warning', /found git\.internal\.example\.com, TCP 8080/],
    },
    {
      name: 'a cache',
      changes: [CACHE],
      finds: [
        'reaches/job',
        'warning',
        /found minio\.example\.com, TCP 9000.*network\.jobPorts or jobEgress/,
      ],
    },
    {
      name: 'a Prometheus of referees',
      changes: [
        key('referees = { metrics = { prometheus_address = "http://prometheus.example.com:9090" } }'),
      ],
      finds: ['reaches/manager', 'warning', /found prometheus\.example\.com, TCP 9090/],
    },
    {
      name: 'errors that go to Sentry',
      changes: [
        [
          CONFIG,
          'concurrent = 20',
          'concurrent = 20\n    sentry_dsn = "https://key@sentry.example.com:9000/1"',
        ],
      ],
      finds: ['reaches/manager', 'warning', /found sentry\.example\.com, TCP 9000/],
    },
    {
      name: 'name servers of jobs',
      changes: [
        [
          CONFIG,
          '      [runners.kubernetes]\n',
          '      [runners.kubernetes]\n      dns_config = { nameservers = ["192.0.2.53"] }\n',
        ],
      ],
      finds: ['reaches/job', 'warning', /found 192\.0\.2\.53, UDP 53.*network\.dnsServers/],
    },
  ],
  quiet: [
    {
      name: 'a name server of jobs that may be the Service of the cluster',
      changes: [
        [
          CONFIG,
          '      [runners.kubernetes]\n',
          '      [runners.kubernetes]\n      dns_config = { nameservers = ["10.100.0.10"] }\n',
        ],
      ],
    },
    {
      name: 'a proxy whose port is open',
      changes: [variable('HTTPS_PROXY', 'http://proxy.example.com:3128'), opens(MANAGERS_POLICY, 3128)],
    },
    {
      name: 'a clone from a Service of the cluster, whose pods have another port',
      changes: [key('clone_url = "http://gitlab.gitlab.svc:8181"')],
    },
  ],
});

const idsIn = (...changes: readonly Change[]) =>
  findingsIn(edited(FLEET, ...changes))
    .map(({ id }) => id)
    .filter((id) => id.startsWith('reaches/'));

test('a GitLab behind a proxy is asked there, and one in no_proxy is not', () => {
  const url = [CONFIG, /url = "https:\/\/[^"]*"/, 'url = "https://git.example.com:8443"'] as const;
  const proxy = variable('HTTPS_PROXY', 'http://proxy.example.com:3128');
  const past = variable('NO_PROXY', '.example.com');
  const ports = [opens(MANAGERS_POLICY, 3128), opens(JOBS_POLICY, 8443)];
  expect(idsIn(url, proxy, ...ports)).toEqual([]);
  expect(idsIn(url, proxy, past, ...ports)).toEqual(['reaches/manager']);
});

test('an address is reported once, however many runners name it', () => {
  const url = ['configmap.yaml', /url = "https:\/\/[^"]*"/, 'url = "https://git.example.com:8443"'] as const;
  expect(idsIn(url)).toEqual(['reaches/manager', 'reaches/job']);
});

test('an address without a scheme is wrong as such, and leads nowhere', () => {
  const url = [CONFIG, /url = "https:\/\/[^"]*"/, 'url = "git.example.com:8443"'] as const;
  const found = findingsIn(edited(FLEET, url)).map(({ id }) => id);
  expect(found.filter((id) => /^(reaches|config)\//.test(id))).toEqual(['config/url']);
});
