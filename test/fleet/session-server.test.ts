import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { RunnerProps, SessionServerProps } from '../../lib/fleet/props/runner';
import { parseToml } from '../../lib/values/toml';
import { findingsIn } from '../checks/cases';
import { faultsOf, find, type Manifest, manifests, render, sealedTokens } from '../fleets';

const RUNNER: RunnerProps = { name: 'a', arch: 'amd64', capacity: 'spot' };
const SESSION: SessionServerProps = {
  advertiseAddress: 'terminals.example.com:443',
  fromCidrs: ['10.20.1.10/32'],
};
const fleetWith = (
  session: Partial<SessionServerProps>,
  runner: Partial<RunnerProps> = {},
): RunnerFleetProps => ({
  name: 'production',
  runners: [{ ...RUNNER, sessionServer: { ...SESSION, ...session }, ...runner }],
});

function findingsOf(fleet: RunnerFleetProps): readonly string[] {
  return findingsIn(render(fleet, sealedTokens(fleet))).map(({ id }) => id);
}

test('a Service leads from the advertised port to that of the manager, and a policy lets GitLab in', () => {
  const objects = manifests(fleetWith({}));
  const { metadata, spec } = find(objects, 'Service', 'runner-a-session');
  const ours = { 'app.kubernetes.io/component': 'session-server', 'gitlab-runner-fleet/runner': 'a' };
  expect(metadata.labels).toMatchObject(ours);
  const pod = find(objects, 'Deployment', 'runner-a').spec.template;
  expect(spec).toEqual({
    type: 'ClusterIP',
    selector: {
      'app.kubernetes.io/name': 'gitlab-runner',
      'app.kubernetes.io/instance': 'runner-a',
    },
    ports: [{ name: 'session', port: 443, targetPort: 'session', protocol: 'TCP' }],
  });
  expect(pod.metadata.labels).toMatchObject(spec.selector);
  expect(pod.spec.containers[0].ports).toContainEqual({
    name: 'session',
    containerPort: 8093,
    protocol: 'TCP',
  });
  const policy = find(objects, 'NetworkPolicy', 'runner-a-session');
  expect(policy.metadata.labels).toMatchObject(ours);
  expect(policy.spec).toEqual({
    podSelector: {
      matchLabels: {
        'app.kubernetes.io/component': 'manager',
        'app.kubernetes.io/part-of': 'production',
        'gitlab-runner-fleet/runner': 'a',
      },
    },
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ ipBlock: { cidr: '10.20.1.10/32' } }], ports: [{ port: 8093, protocol: 'TCP' }] }],
  });
  expect(pod.metadata.labels).toMatchObject(policy.spec.podSelector.matchLabels);
  const { data } = objects.find(({ kind, data }) => kind === 'ConfigMap' && data['config.toml']);
  expect((parseToml(data['config.toml']) as Manifest).session_server).toEqual({
    listen_address: ':8093',
    advertise_address: 'terminals.example.com:443',
    session_timeout: 1800,
  });
});

test('managers may attach to pods of jobs, and the proof has nothing to say of terminals', () => {
  const { rules } = find(manifests(fleetWith({})), 'Role', 'runner-a');
  const resources = rules.flatMap((rule: Manifest) => rule.resources);
  expect(resources).toEqual(expect.arrayContaining(['pods/exec', 'pods/attach']));
  const [plain, session] = [{ name: 'production', runners: [RUNNER] }, fleetWith({})].map(findingsOf);
  expect(session).toEqual(plain);
});

test('sessions may last as long as a manager drains', () => {
  expect(faultsOf(fleetWith({ timeout: '5h' }, { drain: '5h' }))).toEqual([]);
});

test('a load balancer takes connections from the same addresses, and GitLab may be in the cluster', () => {
  const fleet = fleetWith({
    serviceType: 'LoadBalancer',
    loadBalancerClass: 'service.k8s.aws/nlb',
    fromNamespaces: ['gitlab'],
    serviceAnnotations: { 'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internal' },
  });
  const { metadata, spec } = find(manifests(fleet), 'Service', 'runner-a-session');
  expect(metadata.annotations).toEqual({
    'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internal',
  });
  expect(spec).toMatchObject({
    type: 'LoadBalancer',
    loadBalancerClass: 'service.k8s.aws/nlb',
    loadBalancerSourceRanges: ['10.20.1.10/32'],
  });
  const [{ from }] = find(manifests(fleet), 'NetworkPolicy', 'runner-a-session').spec.ingress;
  expect(from).toContainEqual({
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'gitlab' } },
  });
});

test('what the Service has no option for is a patch, and there is none without terminals', () => {
  const patches = { Service: { spec: { externalTrafficPolicy: 'Local' } } };
  const service = find(
    manifests(fleetWith({ serviceType: 'LoadBalancer' }, { patches })),
    'Service',
    'runner-a-session',
  );
  expect(service.spec.externalTrafficPolicy).toBe('Local');
  expect(faultsOf({ name: 'production', runners: [{ ...RUNNER, patches }] })).toEqual([
    expect.stringMatching(/patches\.Service: kinds rendered here are/),
  ]);
});

// biome-ignore format: a table of cases
test.each<[string, RunnerFleetProps, RegExp]>([
  ['an address with a scheme', fleetWith({ advertiseAddress: 'https://terminals.example.com:443' }), /sessionServer > advertiseAddress: a host and a port/],
  ['an address without a port', fleetWith({ advertiseAddress: 'terminals.example.com' }), /advertiseAddress: a host and a port/],
  ['nobody who may connect', fleetWith({ fromCidrs: [] }), /fromCidrs: no address may reach the port/],
  ['a load balancer for everybody', fleetWith({ serviceType: 'LoadBalancer', fromCidrs: [], fromNamespaces: ['gitlab'] }), /fromCidrs: without an address the load balancer/],
  ['a class without a load balancer', fleetWith({ loadBalancerClass: 'service.k8s.aws/nlb' }), /loadBalancerClass: the API server refuses it for other types/],
  ['the port of metrics', fleetWith({ port: 9252 }), /port: metrics are served at this port/],
  ['the port of metrics, where that is the usual one of terminals', fleetWith({}, { manager: { metricsPort: 8093 } }), /port: metrics are served at this port.* for example 8094/],
  ['sessions that outlast the manager', fleetWith({ timeout: '1000h' }), /timeout: a manager that is replaced is gone after \w+, .* or less, or raise drain/],
  ['two managers', fleetWith({}, { managers: 2 }), /advertiseAddress: each of the 2 managers has the sessions/],
  ['the table in config besides', fleetWith({}, { config: { global: { session_server: { listen_address: ':1' } } } }), /config > global\.session_server: sessionServer sets it/],
])('%s: refused', (_, fleet, says) => {
  expect(faultsOf(fleet)).toEqual([expect.stringMatching(says)]);
});

test('an address that leads to two runners: refused', () => {
  const runners = ['a', 'b'].map((name) => ({ ...RUNNER, name, sessionServer: SESSION }));
  expect(faultsOf({ name: 'production', runners })).toEqual([
    expect.stringMatching(/runner b > sessionServer > advertiseAddress: it leads to the manager of runner a/),
  ]);
});
