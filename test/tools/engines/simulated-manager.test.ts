import { parseExposition, type Sample } from '../../../tools/engines/exposition';
import { SimulatedManager } from '../../../tools/engines/simulated-manager';
import { RECORD } from '../../monitoring/known-metrics';

const STATUSES = 'gitlab_runner_api_request_statuses_total';

function manager(): SimulatedManager {
  return new SimulatedManager({
    record: RECORD,
    address: '127.0.0.1',
    port: 0,
    runnerName: 'watched-one',
    shortToken: 'token-1',
    systemId: 'r_one',
    concurrent: 10,
    limit: 10,
    checkInterval: 3000,
    unhealthyInterval: 3_600_000,
    jobDuration: 1,
  });
}

const samplesOf = (one: SimulatedManager): readonly Sample[] =>
  parseExposition(one.metrics()).flatMap(({ samples }) => samples);

function looks(one: SimulatedManager, count: number): void {
  for (let look = 0; look < count; look++) one.look();
}

/** Sums of a counter by one of its labels. */
function counted(one: SimulatedManager, name: string, label: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { labels, value } of samplesOf(one).filter((sample) => sample.name === name))
    sums[labels[label]] = (sums[labels[label]] ?? 0) + value;
  return sums;
}

test('what is served is read back as it was recorded', () => {
  const recorded = parseExposition(RECORD).flatMap(({ samples }) => samples);
  expect(recorded.length).toBeGreaterThan(150);
  expect(recorded).toContainEqual({
    name: 'gitlab_runner_worker_slot_operations_total',
    labels: { operation: 'started' },
    value: 20,
  });
  expect(() => parseExposition('# HELP a b\nno sample at all\n')).toThrow(
    '"no sample at all" is not a sample',
  );
});

test('a simulated manager serves no metric and no label that the recorded one does not, whatever happens to it', async () => {
  const recorded = parseExposition(RECORD).flatMap(({ samples }) => samples);
  const shapes = new Set(recorded.map(({ name, labels }) => [name, ...Object.keys(labels).sort()].join()));
  const one = manager();
  one.failsJobs = true;
  for (const answer of ['jobs', 'broken', 'nothing', 'refused'] as const) {
    one.gitlab = answer;
    looks(one, 12);
    await new Promise((done) => setTimeout(done, 5));
  }
  one.breakConfig();
  const served = samplesOf(one).map(({ name, labels }) => [name, ...Object.keys(labels).sort()].join());
  expect(served.filter((shape) => !shapes.has(shape))).toEqual([]);
  expect(served.join()).toContain('gitlab_runner_failed_jobs_total');
});

test('series that begin with an event are not there before it', () => {
  const one = manager();
  const names = new Set(samplesOf(one).map(({ name }) => name));
  expect(names.has('gitlab_runner_failed_jobs_total')).toBe(false);
  expect(names.has(STATUSES)).toBe(false);
  expect(names.has('gitlab_runner_jobs_total')).toBe(true);
});

test('a manager whose token is refused asks three times, and then leaves its runner out', () => {
  const one = manager();
  looks(one, 4);
  one.gitlab = 'refused';
  looks(one, 20);
  expect(counted(one, STATUSES, 'status')).toEqual({ 204: 4, 403: 3 });
  expect(counted(one, 'gitlab_runner_worker_feed_failures_total', 'runner_name')).toEqual({
    'watched-one': 17,
  });
});

test('a manager that does not reach GitLab counts no request, and leaves its runner out, too', () => {
  const one = manager();
  one.gitlab = 'nothing';
  looks(one, 20);
  expect(counted(one, STATUSES, 'status')).toEqual({});
  expect(counted(one, 'gitlab_runner_worker_feed_failures_total', 'runner_name')).toEqual({
    'watched-one': 17,
  });
});

test('a manager asks on while GitLab fails', () => {
  const one = manager();
  one.gitlab = 'broken';
  looks(one, 20);
  expect(counted(one, STATUSES, 'status')).toEqual({ 500: 20 });
});
