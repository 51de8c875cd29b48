import { leftToDo, updateCalls } from '../../lib/gitlab/calls';
import type { DescribedRunner } from '../../lib/gitlab/described-runner';
import { fleetStatus, isAsDescribed } from '../../lib/gitlab/drift';
import type { ServerManager, ServerRunner } from '../../lib/gitlab/server-runner';

const manager = (more: Partial<ServerManager> = {}): ServerManager => ({
  systemId: 'r_1',
  version: '19.3.0',
  status: 'online',
  contactedAt: '2026-11-26T10:00:00Z',
  ...more,
});
const described = (more: Partial<DescribedRunner> = {}): DescribedRunner => ({
  name: 'acme/docker',
  id: undefined,
  description: 'acme-docker',
  tags: ['docker', 'spot'],
  maximumTimeout: 7200,
  runUntagged: undefined,
  locked: undefined,
  accessLevel: undefined,
  release: '19.3.0',
  systemIds: ['r_1'],
  ...more,
});
const server = (more: Partial<ServerRunner> = {}): ServerRunner => ({
  id: 7,
  description: 'acme-docker',
  type: 'group_type',
  tags: ['spot', 'docker'],
  runUntagged: false,
  locked: false,
  accessLevel: 'not_protected',
  maximumTimeout: 7200,
  paused: false,
  managers: [manager()],
  ...more,
});
const status = (one: DescribedRunner, ...found: readonly ServerRunner[]) =>
  fleetStatus([one], found, ['acme']);
const driftsOf = (one: DescribedRunner, ...found: readonly ServerRunner[]) =>
  status(one, ...found).runners[0].drifts;

test('a runner that is as described has no difference, and no call', () => {
  const found = status(described(), server());
  expect(isAsDescribed(found)).toBe(true);
  expect(updateCalls(found)).toEqual([]);
});

/** A difference, what it does, and the keys that put it right. */
const DRIFTS: readonly (readonly [
  string,
  Partial<DescribedRunner>,
  Partial<ServerRunner>,
  RegExp,
  object | undefined,
])[] = [
  [
    'a tag too few',
    {},
    { tags: ['docker'] },
    /jobs tagged spot don.t run here/,
    { tag_list: ['docker', 'spot'] },
  ],
  [
    'a tag too many',
    {},
    { tags: ['docker', 'spot', 'gpu'] },
    /jobs tagged gpu run here/,
    { tag_list: ['docker', 'spot'] },
  ],
  ['no timeout', {}, { maximumTimeout: undefined }, /longer jobs are cut off/, { maximum_timeout: 7200 }],
  ['a longer timeout', {}, { maximumTimeout: 9000 }, /longer jobs are cut off/, { maximum_timeout: 7200 }],
  ['a shorter timeout', {}, { maximumTimeout: 600 }, /longer jobs fail/, { maximum_timeout: 7200 }],
  [
    'jobs without tags',
    { runUntagged: false },
    { runUntagged: true },
    /jobs without tags run here/,
    { run_untagged: false },
  ],
  ['no jobs without tags', { runUntagged: true }, {}, /jobs without tags wait/, { run_untagged: true }],
  [
    'a protection that is gone',
    { accessLevel: 'ref_protected' },
    {},
    /jobs of any branch/,
    { access_level: 'ref_protected' },
  ],
  [
    'a lock of a project that is gone',
    { locked: true },
    { type: 'project_type' },
    /other projects can enable/,
    { locked: true },
  ],
  ['a runner that is paused', {}, { paused: true }, /takes no jobs/, { paused: false }],
  [
    'a manager that is offline',
    {},
    { managers: [manager({ status: 'offline' })] },
    /a silent manager takes no jobs/,
    undefined,
  ],
  ['a manager that never came', {}, { managers: [] }, /a silent manager takes no jobs/, undefined],
  [
    'a stranger with the token',
    {},
    { managers: [manager(), manager({ systemId: 's_x' })] },
    /something else uses the token/,
    undefined,
  ],
  [
    'a stale manager',
    {},
    { managers: [manager(), manager({ systemId: 'r_old', status: 'stale' })] },
    /silent for seven days/,
    undefined,
  ],
  [
    'another release',
    {},
    { managers: [manager({ version: '18.11.0' })] },
    /not of the rendered release/,
    undefined,
  ],
];

test.each(DRIFTS)('%s', (_, ours, theirs, why, set) => {
  const found = status(described(ours), server(theirs));
  expect(found.runners[0].drifts).toEqual([expect.objectContaining({ why: expect.stringMatching(why) })]);
  expect(updateCalls(found)).toEqual(set === undefined ? [] : [{ name: 'acme/docker', id: 7, body: set }]);
  expect(leftToDo(found)).toBe(set === undefined ? 1 : 0);
});

test('what the description does not say is left to GitLab', () => {
  expect(
    driftsOf(described(), server({ runUntagged: true, locked: true, accessLevel: 'ref_protected' })),
  ).toEqual([]);
});

test('locks are compared for runners of projects alone, where GitLab knows them', () => {
  expect(driftsOf(described({ locked: true }), server({ type: 'group_type' }))).toEqual([]);
});

test('of a manager that holds room, the number counts: its id is another after each roll-out', () => {
  const one = described({ systemIds: [undefined] });
  expect(driftsOf(one, server({ managers: [manager({ systemId: 'r_new' })] }))).toEqual([]);
  expect(driftsOf(one, server({ managers: [] }))).toHaveLength(1);
});

test('one call sets all that differs, and nothing else', () => {
  const found = status(described({ locked: true }), server({ type: 'project_type', tags: [], paused: true }));
  expect(updateCalls(found)).toEqual([
    { name: 'acme/docker', id: 7, body: { tag_list: ['docker', 'spot'], locked: true, paused: false } },
  ]);
});

describe('a runner whose id is described', () => {
  const one = described({ id: 41 });

  test('is found by it, whatever its description; one call gives it the described one', () => {
    const found = status(one, server({ id: 41, description: 'Linux runner, do not touch' }));
    expect(found.runners[0]).toMatchObject({
      id: 41,
      drifts: [{ field: 'description', found: 'Linux runner, do not touch', wanted: 'acme-docker' }],
    });
    expect(updateCalls(found)).toEqual([
      { name: 'acme/docker', id: 41, body: { description: 'acme-docker' } },
    ]);
  });

  test('is as described if nothing differs', () => {
    expect(isAsDescribed(status(one, server({ id: 41 })))).toBe(true);
  });

  test('is missing if GitLab has no such id, even where another runner has its description', () => {
    const found = status(one, server({ id: 7 }));
    expect(found.runners[0].drifts).toEqual([
      expect.objectContaining({ field: 'runner', found: 'none', wanted: 'runner 41' }),
    ]);
    expect(found.leftOver).toEqual([{ id: 7, description: 'acme-docker' }]);
    expect(updateCalls(found)).toEqual([]);
  });

  test('is not taken for the one of another description', () => {
    const other = described({ name: 'acme/large', description: 'acme-large' });
    const found = fleetStatus([one, other], [server({ id: 41, description: 'acme-large' })], ['acme']);
    expect(found.runners.map(({ id }) => id)).toEqual([41, undefined]);
  });
});

test('a silent manager is reported with the last contact of any manager of its runner', () => {
  const silent = [
    manager({ status: 'offline', contactedAt: '2026-11-20T08:00:00Z' }),
    manager({ systemId: 'r_2', status: 'never_contacted', contactedAt: undefined }),
  ];
  expect(driftsOf(described({ systemIds: ['r_1', 'r_2'] }), server({ managers: silent }))).toEqual([
    expect.objectContaining({
      field: 'managers',
      found: '0 online, last contact 2026-11-20T08:00:00Z',
      wanted: '2: r_1, r_2',
    }),
  ]);
});

test('of two managers that one runner has, the silent one alone is a difference', () => {
  const one = described({ systemIds: ['r_1', 'r_2'] });
  const found = status(one, server({ managers: [manager(), manager({ systemId: 'r_2' })] }));
  expect([found.runners[0].managersOnline, isAsDescribed(found)]).toEqual([2, true]);
  expect(driftsOf(one, server())).toEqual([expect.objectContaining({ field: 'managers' })]);
});

test('the release of a manager whose image does not name one is not judged', () => {
  const one = described({ release: undefined });
  expect(driftsOf(one, server({ managers: [manager({ version: '18.11.0' })] }))).toEqual([]);
});

test('an old manager that is offline does not count as another release', () => {
  const old = manager({ systemId: 'r_old', status: 'offline', version: '18.11.0' });
  expect(driftsOf(described(), server({ managers: [manager(), old] }))).toEqual([]);
});

test('a runner that is missing, or there twice, is reported and never touched', () => {
  expect(driftsOf(described())).toEqual([expect.objectContaining({ field: 'runner', found: 'none' })]);
  const twice = status(described(), server(), server({ id: 8, tags: [] }));
  expect(twice.runners[0].drifts).toEqual([expect.objectContaining({ field: 'runner', found: '7, 8' })]);
  expect(updateCalls(twice)).toEqual([]);
});

test('runners of the fleet that no description names are listed', () => {
  const found = status(
    described(),
    server(),
    server({ id: 9, description: 'acme-old' }),
    server({ id: 10, description: 'other' }),
    // Of a fleet whose name begins alike.
    server({ id: 11, description: 'acmeville-docker' }),
  );
  expect(found.leftOver).toEqual([{ id: 9, description: 'acme-old' }]);
  expect(isAsDescribed(found)).toBe(false);
});
