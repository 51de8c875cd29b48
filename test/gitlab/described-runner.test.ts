import { describedRunners } from '../../lib/gitlab/described-runner';
import { serverRunner } from '../../lib/gitlab/server-runner';
import { resolveOne } from '../fleets';

const describedAs = (settings: object) =>
  describedRunners([
    resolveOne({ name: 'acme', runners: [{ name: 'docker', arch: 'amd64', capacity: 'spot', ...settings }] }),
  ])[0];

test('a runner is described by what it is called in GitLab, its release and the ids of its managers', () => {
  const one = describedAs({ managers: 2, longestJob: '1h', runnerVersion: '19.3.0' });
  expect(one).toMatchObject({
    name: 'acme/docker',
    description: 'acme-docker',
    maximumTimeout: 3600,
    release: '19.3.0',
  });
  expect(one.systemIds).toEqual([expect.stringMatching(/^r_\w{12}$/), expect.stringMatching(/^r_\w{12}$/)]);
  expect(new Set(one.systemIds).size).toBe(2);
});

test('managers that hold room have no id that could be known', () => {
  const prewarm = { jobs: 2, hours: ['* 7-17 * * mon-fri'], timezone: 'Europe/Berlin' };
  expect(describedAs({ prewarm }).systemIds).toEqual([undefined]);
});

test('switches that the description does not set are left to GitLab', () => {
  expect(describedAs({})).toMatchObject({
    runUntagged: undefined,
    locked: undefined,
    accessLevel: undefined,
  });
  expect(describedAs({ runUntagged: false, locked: true, protected: false })).toMatchObject({
    runUntagged: false,
    locked: true,
    accessLevel: 'not_protected',
  });
});

test('an answer of GitLab is read without what it leaves out, and what is new there counts as silent', () => {
  const read = serverRunner(
    { id: 7, tag_list: ['docker'], runner_type: 'instance_type', maximum_timeout: null },
    [
      { system_id: 'r_1', status: 'sleeping' },
      { system_id: 'r_2', status: 'online', version: '19.3.0' },
      null,
    ],
  );
  expect(read).toEqual({
    id: 7,
    description: '',
    type: 'instance_type',
    tags: ['docker'],
    runUntagged: false,
    locked: false,
    accessLevel: 'not_protected',
    maximumTimeout: undefined,
    paused: false,
    managers: [
      { systemId: 'r_1', version: '', status: 'offline', contactedAt: undefined },
      { systemId: 'r_2', version: '19.3.0', status: 'online', contactedAt: undefined },
    ],
  });
});

test.each([[{}], [{ id: '7', tag_list: [] }], [{ id: 7 }], [null], ['busy']])(
  '%j is not taken for a runner',
  (answer) => expect(() => serverRunner(answer, [])).toThrow('not a runner with its tags'),
);
