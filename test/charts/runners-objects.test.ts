import { DEFAULT_FLEET, find, type Manifest, manifests, render, VARIED_FLEET } from '../fleets';
import { yamlSnapshot } from '../yaml-snapshot';

expect.addSnapshotSerializer(yamlSnapshot);

const objects = manifests(DEFAULT_FLEET);

test('what guards the namespaces of a varied fleet reads like this', () => {
  const files = render(VARIED_FLEET).filter(({ path }) => /^lab\/(base|runners)\/[^/]+$/.test(path));
  expect(files.map(({ path, text }) => `# ${path}\n${text}`).join('---\n')).toMatchSnapshot();
});

test('managers and jobs live apart, each under its Pod Security level', () => {
  const levels = (name: string) => find(objects, 'Namespace', name).metadata.labels;
  expect(levels('gitlab-runners')).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted',
    'pod-security.kubernetes.io/warn': 'restricted',
    'pod-security.kubernetes.io/audit': 'restricted',
  });
  expect(levels('gitlab-jobs')).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'baseline',
    'pod-security.kubernetes.io/warn': 'baseline',
    'pod-security.kubernetes.io/audit': 'baseline',
  });
});

test('privileged jobs get a namespace and a pool of their own', () => {
  const varied = manifests(VARIED_FLEET);
  const namespace = find(varied, 'Namespace', 'ci-jobs-privileged');
  expect(namespace.metadata.labels['pod-security.kubernetes.io/enforce']).toBe('privileged');
  expect(find(varied, 'Namespace', 'ci-jobs').metadata.labels['pod-security.kubernetes.io/enforce']).toBe(
    'baseline',
  );
  expect(find(varied, 'NodePool', 'ci-privileged-amd64-on-demand').spec.template.spec.taints[0].value).toBe(
    'ci-privileged',
  );
});

test('a namespace is never pruned: jobs and tokens would go with it', () => {
  for (const name of ['gitlab-runners', 'gitlab-jobs']) {
    expect(find(objects, 'Namespace', name).metadata.annotations).toMatchObject({
      'kustomize.toolkit.fluxcd.io/prune': 'disabled',
      'argocd.argoproj.io/sync-options': 'Delete=false,Prune=false',
    });
  }
});

test.each(['gitlab-runners', 'gitlab-jobs'])('%s denies what is not opened, in and out', (namespace) => {
  const { spec } = find(objects, 'NetworkPolicy', 'default', namespace);
  expect(spec.podSelector).toEqual({});
  expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
  expect(spec).not.toHaveProperty('ingress');
});

test.each(['gitlab-runners', 'gitlab-jobs'])(
  'from %s DNS is open and instance metadata is not',
  (namespace) => {
    const [dns, anywhere] = find(objects, 'NetworkPolicy', 'default', namespace).spec.egress;
    expect(dns.ports).toEqual([
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP' },
    ]);
    expect(anywhere.to).toEqual([
      { ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.169.254/32', '169.254.170.23/32'] } },
      { ipBlock: { cidr: '::/0', except: ['fd00:ec2::254/128', 'fd00:ec2::23/128'] } },
    ]);
  },
);

test('managers reach HTTPS alone, jobs SSH, HTTP and HTTPS', () => {
  const ports = (namespace: string) =>
    find(objects, 'NetworkPolicy', 'default', namespace).spec.egress[1].ports.map(
      ({ port }: Manifest) => port,
    );
  expect(ports('gitlab-runners')).toEqual([443]);
  expect(ports('gitlab-jobs')).toEqual([22, 80, 443]);
});

test('the port of GitLab is open to managers and jobs, and metrics to whom the fleet names', () => {
  const varied = manifests(VARIED_FLEET);
  const managers = find(varied, 'NetworkPolicy', 'default', 'ci-runners').spec;
  expect(managers.egress[1].ports.map(({ port }: Manifest) => port)).toEqual([443, 8443]);
  expect(managers.ingress).toEqual([
    {
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
      ports: [{ port: 9252, protocol: 'TCP' }],
    },
  ]);
  const jobs = find(varied, 'NetworkPolicy', 'default', 'ci-jobs').spec;
  expect(jobs.egress[1].ports.map(({ port }: Manifest) => port)).toEqual([443, 5432, 8443]);
});

test('the Pod Identity agent is open to managers that sign cache URLs with it', () => {
  const varied = manifests(VARIED_FLEET);
  expect(find(varied, 'NetworkPolicy', 'default', 'ci-runners').spec.egress[2]).toEqual({
    to: [{ ipBlock: { cidr: '169.254.170.23/32' } }, { ipBlock: { cidr: 'fd00:ec2::23/128' } }],
    ports: [{ port: 80, protocol: 'TCP' }],
  });
  expect(find(objects, 'NetworkPolicy', 'default', 'gitlab-runners').spec.egress).toHaveLength(2);
});

test('managers are evicted one after the other, and a broken one blocks no node', () => {
  const { metadata, spec } = find(objects, 'PodDisruptionBudget', 'managers');
  expect(metadata.namespace).toBe('gitlab-runners');
  expect(spec.maxUnavailable).toBe(1);
  expect(spec.unhealthyPodEvictionPolicy).toBe('AlwaysAllow');
  for (const { spec: deployment } of objects.filter(({ kind }) => kind === 'Deployment')) {
    expect(deployment.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
  }
});
