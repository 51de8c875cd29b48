import { App, Chart, type ChartProps, JsonPatch, Testing } from 'cdk8s';
import type { Construct } from 'constructs';
import { RunnerFleet } from '../../lib/app/runner-fleet';
import { DEFAULT_FLEET, find, type Manifest, manifests } from '../fleets';

const { runners } = DEFAULT_FLEET;

/** A user's chart with a ConfigMap of its own beside the fleet. */
class Platform extends Chart {
  readonly fleet: RunnerFleet;
  constructor(scope: Construct, id: string, props?: ChartProps) {
    super(scope, id, props);
    this.fleet = new RunnerFleet(this, 'ci', { runners });
  }
}

const byKindAndName = (a: Manifest, b: Manifest) => (keyOf(a) < keyOf(b) ? -1 : 1);
const keyOf = ({ kind, metadata }: Manifest) => `${kind} ${metadata.namespace} ${metadata.name}`;

test('in an app it renders the same objects as synth()', () => {
  const app = new App();
  new RunnerFleet(app, 'production', { gitlabUrl: 'https://gitlab.com', runners });
  const objects = app.charts.flatMap((chart) => chart.toJson());
  expect(objects.sort(byKindAndName)).toEqual(manifests(DEFAULT_FLEET).sort(byKindAndName));
});

test('an app with it synthesizes, one file a chart', () => {
  const app = Testing.app();
  new RunnerFleet(app, 'production', { runners });
  app.synth();
  expect(app.charts.map(({ node }) => node.path)).toContain('production/karpenter');
});

test('in a chart its objects are the chart’s: its labels, its namespace for the managers, its file', () => {
  const platform = new Platform(Testing.app(), 'platform', {
    namespace: 'runners',
    labels: { 'example.com/team': 'platform' },
  });
  const objects = Testing.synth(platform);
  expect(objects).toHaveLength(42);
  for (const { metadata } of objects)
    expect(metadata.labels).toMatchObject({ 'example.com/team': 'platform' });
  expect(find(objects, 'Deployment', 'runner-arm64-spot').metadata.namespace).toBe('runners');
  expect(find(objects, 'NodePool', 'gitlab-jobs-arm64-spot').metadata).not.toHaveProperty('namespace');
  expect(find(objects, 'Namespace', 'runners').metadata).not.toHaveProperty('namespace');
});

test('its name is its id unless it says another', () => {
  const app = new App();
  expect(new RunnerFleet(app, 'ci', { runners }).name).toBe('ci');
  expect(new RunnerFleet(app, 'other', { name: 'acme', runners }).name).toBe('acme');
});

test('objects are reachable by the names of the description', () => {
  const fleet = new RunnerFleet(new App(), 'production', {
    runners: [{ name: 'arm64-spot', arch: 'arm64', capacity: 'spot', managers: 2 }],
  });
  const runner = fleet.runner('arm64-spot');
  expect(runner.deployment.name).toBe('runner-arm64-spot');
  expect(runner.deployments.map(({ name }) => name)).toEqual(['runner-arm64-spot', 'runner-arm64-spot-2']);
  expect(runner.configMaps).toHaveLength(2);
  expect([runner.serviceAccount, runner.role, runner.roleBinding].map(({ kind }) => kind)).toEqual([
    'ServiceAccount',
    'Role',
    'RoleBinding',
  ]);
  expect(runner.token?.kind).toBe('SealedSecret');
  expect(fleet.nodePool('gitlab-jobs-arm64-spot').kind).toBe('NodePool');
  expect(fleet.nodeClass('gitlab-jobs').kind).toBe('EC2NodeClass');
  expect(fleet.objects.length).toBeGreaterThan(15);
});

test('the class of a fleet on EKS Auto Mode is found as that of any other', () => {
  const fleet = new RunnerFleet(new App(), 'production', { compute: 'eks-auto-mode', runners });
  expect(fleet.nodeClass('gitlab-jobs').apiVersion).toBe('eks.amazonaws.com/v1');
  expect(() => fleet.nodeClass('jobs')).toThrow(
    'Fleet production has no NodeClass "jobs". It has gitlab-jobs, gitlab-managers-auto.',
  );
});

test('a name that nothing has names those that there are', () => {
  const fleet = new RunnerFleet(new App(), 'production', { runners });
  expect(() => fleet.runner('arm64')).toThrow(
    'Fleet production has no runner "arm64". Its runners are amd64-spot, amd64-on-demand, arm64-spot, arm64-on-demand.',
  );
  expect(() => fleet.runner('namespace-gitlab-jobs')).toThrow('no runner "namespace-gitlab-jobs"');
  expect(() => fleet.nodePool('jobs')).toThrow(/no NodePool "jobs". It has gitlab-jobs-amd64-spot, /);
});

test('a patch of the user is rendered, and the proof sees it', () => {
  const app = Testing.app();
  const fleet = new RunnerFleet(app, 'production', { runners });
  fleet.runner('arm64-spot').deployment.metadata.addAnnotation('example.com/owner', 'ci');
  app.synth();
  fleet.nodePool('gitlab-jobs-arm64-spot').addJsonPatch(JsonPatch.replace('/spec/limits/cpu', '1'));
  expect(() => app.synth()).toThrow(
    /Validation failed[\s\S]*gitlab-jobs-arm64-spot: its limit of cpu 1 starts no node/,
  );
});

test('problems of the description arrive as validation errors, all at once, and nothing is written', () => {
  const app = Testing.app();
  const fleet = new RunnerFleet(app, 'production', {
    gitlabUrl: 'gitlab.com',
    runners: [{ ...runners[0], concurrency: 0 }],
  });
  expect(() => app.synth()).toThrow(/Validation failed[\s\S]*gitlabUrl[\s\S]*concurrency/);
  expect(() => fleet.runner('amd64-spot')).toThrow(/gitlabUrl/);
  expect(fleet.objects).toEqual([]);
});

test('two fleets for two clusters in one app are proved each on its own', () => {
  const app = Testing.app();
  new RunnerFleet(app, 'production', { runners });
  new RunnerFleet(app, 'staging', { runners });
  expect(() => app.synth()).not.toThrow();
});

test('dependencies of constructs work both ways', () => {
  const app = new App();
  const after = new Chart(app, 'after');
  const fleet = new RunnerFleet(app, 'production', { runners });
  const before = new Chart(app, 'before');
  fleet.node.addDependency(before);
  after.node.addDependency(fleet);
  fleet.runner('arm64-spot').deployment.addDependency(fleet.nodePool('gitlab-jobs-arm64-spot'));
  app.synthYaml();
  expect(app.charts.map(({ node }) => node.path)).toEqual([
    'before',
    'production/base',
    'production/karpenter',
    'production/runners',
    'after',
  ]);
});
