import { readFileSync } from 'node:fs';
import type { MonitoringProps, RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { RunnerProps } from '../../lib/fleet/props/runner';
import { type Alert, alertOf, longestWait } from '../../lib/monitoring/alert';
import { secondsOf } from '../../lib/values/duration';
import { manifests, render, resolveOne } from '../fleets';

/** What is alerted of, by which numbers, and that people find what to do. */

const RUNNER: RunnerProps = { name: 'amd64', arch: 'amd64', capacity: 'spot-first' };
const fleetWith = (
  monitoring: MonitoringProps = {},
  runner: Partial<RunnerProps> = {},
  fleet: Partial<RunnerFleetProps> = {},
): RunnerFleetProps => ({
  name: 'production',
  tokens: { from: 'existing-secret' },
  monitoring: { prometheusNamespace: 'monitoring', ...monitoring },
  runners: [{ ...RUNNER, ...runner }],
  ...fleet,
});
const alertsOf = (fleet: RunnerFleetProps): readonly Alert[] =>
  (resolveOne(fleet).monitoring?.rules ?? []).flatMap(({ alerts }) => alerts);
const namesOf = (fleet: RunnerFleetProps) => [...new Set(alertsOf(fleet).map(({ alert }) => alert))];
const alertOfFleet = (name: string, fleet: RunnerFleetProps): Alert => {
  const found = alertsOf(fleet).find(({ alert }) => alert === name);
  if (found === undefined) throw new Error(`No alert ${name}`);
  return found;
};

const OF_NODES = [
  'GitlabRunnerPoolNearLimit',
  'GitlabRunnerSpotLaunchFailures',
  'GitlabRunnerOnDemandLaunchFailures',
  'GitlabRunnerInterruptions',
  'GitlabRunnerIdleNodes',
];

/** The page as sections by their headings. */
const SECTIONS = new Map(
  readFileSync('docs/runbooks.md', 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.split('\n')[0], section]),
);

test('each alert has a section among the runbooks, and each section an alert', () => {
  expect([...SECTIONS.keys()].sort()).toEqual(namesOf(fleetWith()).sort());
});

test.each(alertsOf(fleetWith()).map((alert) => [alert.alert, alert] as const))(
  'the runbook of %s says within which time it fires, and how severe it is',
  (name, { firesWithin, severity }) => {
    expect(SECTIONS.get(name)).toContain(`\nFires within ${firesWithin}. Severity: ${severity}.\n`);
  },
);

/** Labels with which an alert arrives: those of its rule, and those that its expression keeps. */
function labelsOf({ expr, labels }: Alert): readonly string[] {
  const own = ['severity', ...Object.keys(labels)];
  if (expr.startsWith('absent(')) return own;
  const kept = /^(?:[^a-z]|histogram_quantile)*(?:sum|max|count) by \(([^)]*)\)/.exec(expr);
  // A series that is compared keeps all labels; those of a manager's are known.
  return [...own, ...(kept ? kept[1].split(', ') : ['fleet', 'manager', 'pod'])];
}

test.each(alertsOf(fleetWith()).map((alert) => [alert.alert, alert] as const))(
  'the commands for %s take only what its labels say',
  (name, alert) => {
    const variables = [...(SECTIONS.get(name) ?? '').matchAll(/\$([A-Z_]+)/g)].map(([, variable]) =>
      variable.toLowerCase(),
    );
    expect(labelsOf(alert)).toEqual(expect.arrayContaining([...new Set(variables)]));
  },
);

test('no command of a runbook has a fixed namespace of jobs or managers', () => {
  for (const section of SECTIONS.values()) expect(section).not.toMatch(/(?:-n|--namespace) gitlab-/);
});

test('no command of a runbook asks npm for a package of that name, or is undone by Flux', () => {
  const page = readFileSync('docs/runbooks.md', 'utf8');
  expect(page).not.toMatch(/npx\s+runner-fleet/);
  expect(page.replace(/^`kubectl rollout restart` writes.*$/m, '')).not.toMatch(/rollout restart/);
  expect(readFileSync('docs/tokens.md', 'utf8')).not.toMatch(/kubectl rollout restart \S/);
});

test('an alert says where the jobs of its runner are, also with Docker in Docker', () => {
  const fleet = fleetWith({}, { dockerInDocker: {} });
  const [{ namespace }] = alertsOf(fleet)
    .filter(({ alert }) => alert === 'GitlabRunnerPodsPending')
    .map(({ labels }) => labels);
  expect(namespace).not.toBe('gitlab-jobs');
  for (const name of ['GitlabRunnerSystemFailures', 'GitlabRunnerDrainHangs'])
    expect(alertOfFleet(name, fleet).labels).toMatchObject({
      namespace: 'gitlab-runners',
      job_namespace: namespace,
    });
});

test('an alert links to its section: below the address of the fleet, or on the page of the package', () => {
  const [own] = alertsOf(fleetWith({ runbookUrl: 'https://wiki.example.com/runbooks' }));
  expect(own.annotations.runbook_url).toBe('https://wiki.example.com/runbooks#gitlabrunnermanagerabsent');
  const [packaged] = alertsOf(fleetWith());
  expect(packaged.annotations).not.toHaveProperty('runbook_url');
  expect(packaged.annotations.runbook).toContain('docs/runbooks.md#gitlabrunnermanagerabsent');
});

test('nothing is rendered for Prometheus unless the option is there', () => {
  const { monitoring: _, ...plain } = fleetWith();
  expect(render(plain).filter(({ path }) => path.includes('/monitoring/'))).toEqual([]);
});

test('what the prometheus-operator reads stands in a folder of its own, with the labels that Prometheus selects by', () => {
  const fleet = fleetWith({ labels: { release: 'prometheus' } });
  const own = render(fleet).filter(({ path }) => path.startsWith('production/monitoring/'));
  expect(own.map(({ path }) => path.replace('production/monitoring/', ''))).toEqual([
    'configmap-gitlab-runner-dashboard.yaml',
    'podmonitor-gitlab-runner-managers.yaml',
    'prometheusrule-gitlab-runner-jobs.yaml',
    'prometheusrule-gitlab-runner-nodes.yaml',
    'prometheusrule-runner-amd64.yaml',
  ]);
  const selected = own.filter(({ path }) => !path.includes('configmap-'));
  for (const { text } of selected) expect(text).toContain('release: prometheus');
});

test('pods of the namespace of Prometheus may read the metrics', () => {
  const policy = manifests(fleetWith()).find(
    ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.namespace === 'gitlab-runners',
  );
  expect(JSON.stringify(policy)).toContain('{"kubernetes.io/metadata.name":"monitoring"}');
});

test('a namespace that is let in anyway is named once', () => {
  const fleet = fleetWith({}, {}, { network: { metricsFrom: ['monitoring'] } });
  expect(resolveOne(fleet).network.metricsFrom).toEqual([{ 'kubernetes.io/metadata.name': 'monitoring' }]);
});

test('without metrics of Karpenter there are no alerts on them, as with EKS Auto Mode', () => {
  for (const fleet of [fleetWith({ karpenter: false }), fleetWith({}, {}, { compute: 'eks-auto-mode' })]) {
    const names = namesOf(fleet);
    expect(names.filter((name) => OF_NODES.includes(name))).toEqual([]);
    expect(names).toContain('GitlabRunnerPodsPending');
  }
  expect(namesOf(fleetWith())).toEqual(expect.arrayContaining(OF_NODES));
});

test('without kube-state-metrics there is no alert of pending pods', () => {
  expect(namesOf(fleetWith({ kubeStateMetrics: false }))).not.toContain('GitlabRunnerPodsPending');
});

test('a manager that waits for its token is not missed', () => {
  const sealed = fleetWith({}, {}, { tokens: { from: 'sealed-secret' } });
  expect(namesOf(sealed)).not.toContain('GitlabRunnerManagerAbsent');
  expect(namesOf(sealed)).toContain('GitlabRunnerPollingSilent');
});

test('each manager of a runner is missed by itself', () => {
  const absent = alertsOf(fleetWith({}, { managers: 2 })).filter(
    ({ alert }) => alert === 'GitlabRunnerManagerAbsent',
  );
  expect(absent.map(({ labels }) => labels.manager)).toEqual(['runner-amd64', 'runner-amd64-2']);
});

test('a runner before 19.1 does not say that it drains, and has no alert of that', () => {
  expect(namesOf(fleetWith({}, { runnerVersion: '19.0.0' }))).not.toContain('GitlabRunnerDrainHangs');
});

test.each<[string, string, Partial<RunnerProps>, Partial<Pick<Alert, 'for' | 'firesWithin'>>, string]>([
  ['longer jobs', 'GitlabRunnerManagerFull', { longestJob: '8h' }, { for: '2h' }, '>= 18'],
  ['short jobs', 'GitlabRunnerManagerFull', { longestJob: '10m' }, { for: '15m' }, '>= 18'],
  ['more slots', 'GitlabRunnerManagerFull', { concurrency: 50 }, { for: '30m' }, '>= 45'],
  ['more managers', 'GitlabRunnerManagerFull', { managers: 2 }, { for: '30m' }, '>= 36'],
  ['few slots', 'GitlabRunnerManagerFull', { concurrency: 2 }, { for: '2h' }, '>= 2'],
  ['a longer drain', 'GitlabRunnerDrainHangs', { drain: '5h' }, { for: '4h55m' }, 'graceful-shutdown'],
  [
    'a short drain',
    'GitlabRunnerDrainHangs',
    { longestJob: '5m', drain: '10m' },
    { for: '8m30s' },
    'graceful-shutdown',
  ],
  ['a shorter time-out of pods', 'GitlabRunnerPodsPending', { pollTimeout: '3m' }, { for: '1m' }, '> 90'],
  ['longer jobs and failures', 'GitlabRunnerSystemFailures', { longestJob: '5h' }, {}, '[5h]'],
  ['very long jobs', 'GitlabRunnerSystemFailures', { longestJob: '20h' }, {}, '[6h]'],
  ['short jobs and failures', 'GitlabRunnerSystemFailures', { longestJob: '5m' }, {}, '[1h]'],
  [
    'a slower poller',
    'GitlabRunnerPollingSilent',
    { config: { global: { check_interval: 60 } } },
    { firesWithin: '14m' },
    '[10m]',
  ],
  [
    'a shorter pause after refusals',
    'GitlabRunnerTokenRefused',
    { config: { runner: { unhealthy_interval: '10m' } } },
    {},
    '[15m]',
  ],
])('%s: the threshold of %s follows', (_case, name, runner, times, expression) => {
  const alert = alertOfFleet(name, fleetWith({}, runner));
  expect(alert).toMatchObject(times);
  expect(alert.expr).toContain(expression);
});

test('the first pods of a namespace to be given up decide for all of it', () => {
  const second: RunnerProps = { name: 'other', arch: 'arm64', capacity: 'spot', pollTimeout: '2m' };
  const fleet = fleetWith({}, {}, { runners: [RUNNER, second] });
  expect(alertOfFleet('GitlabRunnerPodsPending', fleet).expr).toContain('> 60');
});

test('an empty node counts as idle once no budget holds it, and never where it may stay', () => {
  const idle = (pool: object) =>
    alertsOf(
      fleetWith({}, { capacity: 'spot' }, { nodePools: [{ arch: 'amd64', capacity: 'spot', ...pool }] }),
    ).filter(({ alert }) => alert === 'GitlabRunnerIdleNodes');
  const budget = { nodes: '0', schedule: '0 8 * * mon-fri', duration: '9h' };
  expect(idle({ consolidateAfter: '20m' })[0].for).toBe('30m');
  expect(idle({ budgets: [budget] })[0].for).toBe('9h11m');
  expect(idle({ budgets: [{ ...budget, reasons: ['Drifted'] }] })[0].for).toBe('11m');
  expect(idle({ budgets: [{ nodes: '0' }] })).toEqual([]);
  expect(idle({ consolidateAfter: 'Never' })).toEqual([]);
});

test('a longer interval makes alerts fire later', () => {
  expect(alertOfFleet('GitlabRunnerManagerAbsent', fleetWith({ interval: '2m' })).firesWithin).toBe('13m');
});

describe('the time within which an alert fires is the worst case', () => {
  type Times = Parameters<typeof longestWait>[0];
  /** Seconds from an event, just after a scrape, to the first evaluation at which the alert has been true for long enough. */
  function simulated({ forSeconds = 0, scrapeSeconds = 0, windowSeconds = 0 }: Times, evaluation: number) {
    // Each phase of the evaluations: one of them has just missed the scrape that saw the event.
    const seen = windowSeconds + scrapeSeconds + Math.min(10, scrapeSeconds);
    const waits = Array.from({ length: evaluation }, (_, phase) => {
      let at = phase + 1;
      while (at <= seen) at += evaluation;
      const since = at;
      while (at - since < forSeconds) at += evaluation;
      return at;
    });
    return Math.max(...waits);
  }

  test.each<[string, Times, number]>([
    ['at once', { scrapeSeconds: 30 }, 30],
    ['with a window', { scrapeSeconds: 30, windowSeconds: 300 }, 30],
    ['with a duration', { scrapeSeconds: 30, forSeconds: 120 }, 30],
    ['with a duration that ends between two evaluations', { scrapeSeconds: 45, forSeconds: 120 }, 45],
    ['of what is scraped less often than evaluated', { scrapeSeconds: 60, forSeconds: 60 }, 15],
    ['scraped every five seconds', { scrapeSeconds: 5, windowSeconds: 300, forSeconds: 61 }, 5],
  ])('%s', (_name, times, evaluation) => {
    expect(longestWait(times, evaluation)).toBe(simulated(times, evaluation));
  });

  test('series that are gone end two scrapes and a tenth of one later', () => {
    expect(longestWait({ isOfAbsence: true, forSeconds: 300 }, 30)).toBe(5 + 63 + 30 + 300);
    // What does not answer is seen at the next scrape.
    expect(longestWait({ isOfAbsence: true }, 5)).toBe(5 + 10.5 + 5);
  });

  test('it is told in whole minutes', () => {
    const rule = { alert: 'Some', severity: 'info' as const, expr: 'up', summary: 's', description: 'd' };
    const settings = { intervalSeconds: 30, runbookUrl: undefined, labels: {} };
    expect(alertOf(rule, settings)).toMatchObject({ for: undefined, firesWithin: '2m' });
    expect(alertOf({ ...rule, windowSeconds: 300, forSeconds: 90 }, settings)).toMatchObject({
      for: '1m30s',
      firesWithin: '8m',
    });
  });

  test.each(['5s', '30s', '45s', '2m'])(
    'no alert promises less than its own duration with %s',
    (interval) => {
      for (const { firesWithin, for: holds } of alertsOf(fleetWith({ interval }))) {
        const least = secondsOf(holds ?? '0s') + 2 * secondsOf(interval);
        expect(secondsOf(firesWithin)).toBeGreaterThan(least);
      }
    },
  );
});

test.each([
  ['5m', '10m', '30s'],
  ['5m', '10m', '2m'],
  ['2h', '2h10m', '45s'],
])(
  'with jobs of %s and a drain of %s the alert of a drain comes before the kill',
  (longestJob, drain, interval) => {
    const { for: holds } = alertOfFleet(
      'GitlabRunnerDrainHangs',
      fleetWith({ interval }, { longestJob, drain }),
    );
    const evaluation = secondsOf(interval);
    expect(longestWait({ forSeconds: secondsOf(holds ?? '0s') }, evaluation)).toBeLessThanOrEqual(
      secondsOf(drain),
    );
  },
);
