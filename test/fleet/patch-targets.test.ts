import { DescriptionError } from '../../lib/fleet/fault';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { DEFAULT_FLEET, find, manifests, render } from '../fleets';

const note = (text: string) => ({ metadata: { annotations: { [text]: 'yes' } } });
const [RUNNER] = DEFAULT_FLEET.runners;

function faultsOf(fleet: RunnerFleetProps) {
  try {
    resolveFleets([fleet], new Map());
  } catch (error) {
    if (error instanceof DescriptionError) return error.faults;
    throw error;
  }
  return [];
}

test('a patch of one object changes it alone, on top of what its kind says', () => {
  const objects = manifests({
    ...DEFAULT_FLEET,
    patches: { NetworkPolicy: note('all'), 'NetworkPolicy/gitlab-jobs': note('jobs') },
  });
  const notes = (namespace: string) =>
    Object.keys(find(objects, 'NetworkPolicy', 'default', namespace).metadata.annotations);
  expect(notes('gitlab-jobs')).toEqual(['all', 'jobs']);
  expect(notes('gitlab-runners')).toEqual(['all']);
});

test('one manager of a runner, one pool and one class can be patched by name', () => {
  const objects = manifests({
    ...DEFAULT_FLEET,
    runners: [{ ...RUNNER, managers: 2, patches: { 'Deployment/runner-amd64-spot-2': note('second') } }],
    nodePoolDefaults: { patches: { 'NodePool/gitlab-jobs-amd64-spot': note('pool') } },
    patches: { 'EC2NodeClass/gitlab-managers': note('class') },
  });
  const noted = objects.filter(({ metadata }) =>
    ['second', 'pool', 'class'].some((one) => metadata.annotations?.[one] === 'yes'),
  );
  expect(noted.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort()).toEqual([
    'Deployment/runner-amd64-spot-2',
    'EC2NodeClass/gitlab-managers',
    'NodePool/gitlab-jobs-amd64-spot',
  ]);
});

test('what all runners inherit may name the object of one of them', () => {
  const runnerDefaults = { patches: { 'Role/runner-arm64-spot': note('one') } };
  const objects = manifests({ ...DEFAULT_FLEET, runnerDefaults });
  const noted = objects.filter(({ metadata }) => metadata.annotations?.one === 'yes');
  expect(noted.map(({ metadata }) => metadata.name)).toEqual(['runner-arm64-spot']);
});

test.each<[string, Partial<RunnerFleetProps>, string, RegExp, RegExp]>([
  [
    'an object that is not there',
    { patches: { 'NetworkPolicy/gitlab-job': {} } },
    'production > patches."NetworkPolicy/gitlab-job"',
    /there is gitlab-runners, gitlab-jobs/,
    /write "NetworkPolicy\/gitlab-jobs"/,
  ],
  [
    'a manager that is not there',
    { runners: [{ ...RUNNER, patches: { 'Deployment/runner-amd64-spot-2': {} } }] },
    'production > runner amd64-spot > patches."Deployment/runner-amd64-spot-2"',
    /there is runner-amd64-spot$/,
    /write "Deployment\/runner-amd64-spot"/,
  ],
  [
    'a container that is not there',
    {
      runners: [
        {
          ...RUNNER,
          patches: {
            Deployment: { spec: { template: { spec: { containers: [{ name: 'runner', tty: true }] } } } },
          },
        },
      ],
    },
    'production > runner amd64-spot > patches.Deployment.spec.template.spec.containers',
    /there is gitlab-runner\)/,
    /write "gitlab-runner", or give it an image/,
  ],
  [
    'an account that runners have to themselves',
    { patches: { ServiceAccount: {} } },
    'production > patches.ServiceAccount',
    /kinds rendered here are/,
    /patch one of them/,
  ],
])('a patch of %s is one error that says what there is', (_, change, place, why, fix) => {
  const faults = faultsOf({ ...DEFAULT_FLEET, ...change });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatchObject({
    at: place,
    why: expect.stringMatching(why),
    fix: expect.stringMatching(fix),
  });
});

test('a container of your own is added with its image', () => {
  const containers = [{ name: 'proxy', image: 'example.com/proxy:1.2' }];
  const patches = { Deployment: { spec: { template: { spec: { containers } } } } };
  const objects = manifests({ ...DEFAULT_FLEET, runners: [{ ...RUNNER, patches }] });
  const { spec } = find(objects, 'Deployment', 'runner-amd64-spot').spec.template;
  expect(spec.containers.map(({ name }: { name: string }) => name)).toEqual(['gitlab-runner', 'proxy']);
});

describe('one ServiceAccount of all managers', () => {
  // Without the account of the cleanup, which is no manager.
  const fleet = {
    ...DEFAULT_FLEET,
    managerServiceAccount: 'runner-managers',
    orphanCleanup: { enabled: false },
  };

  test('is rendered once, runs every manager, and has the rights of each runner', () => {
    const objects = manifests(fleet);
    const accounts = objects.filter(({ kind }) => kind === 'ServiceAccount');
    expect(accounts.map(({ metadata }) => metadata.name)).toEqual(['runner-managers']);
    for (const { spec } of objects.filter(({ kind }) => kind === 'Deployment'))
      expect(spec.template.spec.serviceAccountName).toBe('runner-managers');
    const bindings = objects.filter(({ kind }) => kind === 'RoleBinding');
    expect(bindings).toHaveLength(4);
    for (const { subjects } of bindings) expect(subjects[0].name).toBe('runner-managers');
    expect(render(fleet).map(({ path }) => path)).toContain(
      'production/runners/serviceaccount-runner-managers.yaml',
    );
  });

  test('has the role of the caches, and two roles are refused', () => {
    const cacheOf = (role: string) =>
      ({
        bucket: 'acme-cache',
        region: 'eu-west-1',
        identity: 'irsa',
        roleArn: `arn:aws:iam::123456789012:role/${role}`,
      }) as const;
    const [first, second] = DEFAULT_FLEET.runners;
    const withRoles = (roles: readonly [string, string]) => ({
      ...fleet,
      runners: [
        { ...first, cache: cacheOf(roles[0]) },
        { ...second, cache: cacheOf(roles[1]) },
      ],
    });
    const account = find(manifests(withRoles(['ci', 'ci'])), 'ServiceAccount', 'runner-managers');
    expect(account.metadata.annotations['eks.amazonaws.com/role-arn']).toMatch(/role\/ci$/);
    expect(faultsOf(withRoles(['ci', 'cd'])).map(({ at }) => at)).toEqual([
      'production > managerServiceAccount',
    ]);
  });

  test('is not the one that every namespace has', () => {
    expect(faultsOf({ ...fleet, managerServiceAccount: 'default' })[0].fix).toBe('write "runner-managers"');
  });
});
