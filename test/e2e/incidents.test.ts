import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { secondsOf } from '../../lib/values/duration';
import { buildGoModule } from '../../tools/engines/build';
import type { KubeObject } from '../../tools/engines/kube-client';
import type { Program } from '../../tools/engines/program';
import {
  operatorsConfig,
  PROMETHEUS,
  PROMETHEUS_OPERATOR,
  Prometheus,
  RulesWebhook,
  startPrometheusOperator,
} from '../../tools/engines/prometheus';
import type { SimulatedManager } from '../../tools/engines/simulated-manager';
import { manifests, resolveOne, sealedTokens } from '../fleets';
import { FASTER, fasterMonitor, fasterRules } from './faster-time';
import { refusalOf } from './judged-by-server';
import { api, cluster, eventually } from './running-cluster';
import { prepare, startManager, type WatchedManager } from './watched-fleet';

/**
 * Incidents as a real Prometheus sees them: it finds the managers by what the real operator makes of the rendered PodMonitor,
 * and alerts by the rendered rules. The managers are simulated; what they serve was recorded.
 */

/** What happens to the manager of one runner, and which alert says so, alone. */
interface Incident {
  readonly runner: string;
  readonly happens: string;
  readonly alert: string;
  readonly begin: (manager: SimulatedManager) => void;
  /** Seconds that it takes until there is something to alert of; 0 where that is there at once. */
  readonly takes?: number;
}

const INCIDENTS: readonly Incident[] = [
  {
    runner: 'killed',
    happens: 'is killed and does not come back',
    alert: 'GitlabRunnerManagerAbsent',
    begin: (manager) => manager.kill(),
  },
  {
    runner: 'refused',
    happens: 'has a token that GitLab refuses',
    alert: 'GitlabRunnerTokenRefused',
    begin: (manager) => {
      manager.gitlab = 'refused';
    },
  },
  {
    runner: 'misconfigured',
    happens: 'finds a config that it can not load',
    alert: 'GitlabRunnerConfigNotLoaded',
    begin: (manager) => manager.breakConfig(),
  },
  {
    runner: 'cut-off',
    happens: 'does not reach GitLab any more',
    alert: 'GitlabRunnerPollingSilent',
    begin: (manager) => {
      manager.gitlab = 'nothing';
    },
  },
  {
    runner: 'failing-gitlab',
    happens: 'is answered with errors of GitLab',
    alert: 'GitlabRunnerGitlabFailing',
    begin: (manager) => {
      manager.gitlab = 'broken';
    },
  },
  {
    runner: 'failing-jobs',
    happens: 'fails the jobs that it takes',
    alert: 'GitlabRunnerSystemFailures',
    begin: (manager) => {
      manager.failsJobs = true;
    },
    // Three jobs that fail: one starts every 30 s and ends after 60 s.
    takes: 180,
  },
];

const WELL = ['well', 'also-well'];
const LABELS = { 'example.com/prometheus': 'incidents' };
const PROMETHEUS_NAMESPACE = 'watched-prometheus';

const FLEET: RunnerFleetProps = {
  name: 'watched',
  prefix: 'watched',
  gitlabUrl: 'https://gitlab.com',
  // Karpenter and kube-state-metrics are not scraped here: their alerts are promtool's to test.
  monitoring: {
    labels: LABELS,
    prometheusNamespace: PROMETHEUS_NAMESPACE,
    karpenter: false,
    kubeStateMetrics: false,
  },
  runners: [...WELL, ...INCIDENTS.map(({ runner }) => runner)].map((name) => ({
    name,
    arch: 'amd64',
    capacity: 'spot',
    concurrency: 10,
  })),
};

/** Selects as the Prometheus of a cluster does. The operator writes its config; what runs with it is outside of the cluster. */
const PROMETHEUS_OBJECT = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'Prometheus',
  metadata: { name: 'watched', namespace: PROMETHEUS_NAMESPACE },
  spec: {
    replicas: 0,
    podMonitorSelector: { matchLabels: LABELS },
    podMonitorNamespaceSelector: {},
    ruleSelector: { matchLabels: LABELS },
    ruleNamespaceSelector: {},
  },
};

const OBJECTS = manifests(FLEET, sealedTokens(FLEET));
const ofKind = (kind: string) => OBJECTS.filter((object) => object.kind === kind);
const ALERTS = (resolveOne(FLEET, sealedTokens(FLEET)).monitoring?.rules ?? []).flatMap(
  ({ alerts }) => alerts,
);

/** Seconds within which an alert has to fire, as its runbook says, divided as all of time is; and a moment to see it. */
function deadline({ alert, takes = 0 }: Incident): number {
  const within = ALERTS.find((one) => one.alert === alert)?.firesWithin ?? 'missing';
  return (secondsOf(within) + takes) / FASTER + 2;
}

const programs: Program[] = [];
const folder = mkdtempSync(join(tmpdir(), 'runner-fleet-prometheus-'));
let webhook: RulesWebhook;
let prometheus: Prometheus;
let managers: readonly WatchedManager[] = [];

/** Alerts that fire now, as `alert runner`. */
async function firing(): Promise<readonly string[]> {
  const { alerts } = await prometheus.ask('alerts');
  return alerts
    .filter(({ state }: KubeObject) => state === 'firing')
    .map(({ labels }: KubeObject) => `${labels.alertname} ${labels.runner}`)
    .sort();
}

const pause = (seconds: number) => new Promise((done) => setTimeout(done, seconds * 1000));

async function startAll(): Promise<void> {
  const operator = buildGoModule(PROMETHEUS_OPERATOR);
  webhook = await RulesWebhook.start(operator, cluster.logs);
  programs.push(webhook.program);
  programs.push(
    await startPrometheusOperator(operator, cluster.logs, cluster.kubeconfig, PROMETHEUS_NAMESPACE),
  );
  await prepare(OBJECTS);
  managers = await Promise.all(ofKind('Deployment').map(startManager));
  const objects = [
    ...ofKind('PodMonitor').map(fasterMonitor),
    ...ofKind('PrometheusRule').map(fasterRules),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: PROMETHEUS_NAMESPACE } },
    PROMETHEUS_OBJECT,
  ];
  for (const object of objects) expect(await refusalOf(object, true)).toBeUndefined();
  const written = await eventually('the operator writes a config with all rules', 'watched', async () => {
    const config = await operatorsConfig(api, PROMETHEUS_NAMESPACE, 'watched');
    const isWhole = Object.keys(config?.rules ?? {}).length === ofKind('PrometheusRule').length;
    return isWhole && (config?.config.scrape_configs.length ?? 0) > 0 && config;
  });
  prometheus = await Prometheus.start(written, {
    programs: buildGoModule(PROMETHEUS),
    access: cluster.access,
    folder,
    logs: cluster.logs,
    lookback: Math.max(1, Math.round(300 / FASTER)),
  });
  programs.push(prometheus.program);
}

// The first run builds the programs.
beforeAll(startAll, 3_600_000);
afterAll(async () => {
  for (const { metrics } of managers) metrics.kill();
  for (const program of programs.reverse()) await program.stop();
  for (const { pod } of managers) await api.delete(pod, { gracePeriodSeconds: 0 });
  rmSync(folder, { recursive: true, force: true });
});

describe('what is rendered for the prometheus-operator', () => {
  test('is taken by the API server with the definitions of the operator, unknown fields included', async () => {
    const objects = OBJECTS.filter(
      ({ metadata }) => metadata.labels['app.kubernetes.io/component'] === 'monitoring',
    );
    expect(objects.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['PodMonitor', 'PrometheusRule', 'ConfigMap']),
    );
    const refused = await Promise.all(objects.map((object) => refusalOf(object)));
    expect(refused.filter((one) => one !== undefined)).toEqual([]);
    const misspelt = { ...ofKind('PodMonitor')[0] };
    misspelt.spec = { ...misspelt.spec, podTargetLabel: [] };
    expect(await refusalOf(misspelt)).toMatch(/podTargetLabel/);
  });

  test('has rules that the webhook of the operator allows, which refuses one that Prometheus can not read', async () => {
    const objections = await Promise.all(ofKind('PrometheusRule').map((rule) => webhook.objectionTo(rule)));
    expect(objections.filter((one) => one !== undefined)).toEqual([]);
    const [rule] = ofKind('PrometheusRule');
    const [{ name, rules }] = rule.spec.groups;
    const broken = { ...rule, spec: { groups: [{ name, rules: [{ ...rules[0], expr: 'sum(up' }] }] } };
    expect(await webhook.objectionTo(broken)).toMatch(/could not parse expression/);
  });
});

test('Prometheus finds every manager, and keeps the labels that the runner sets', async () => {
  await eventually('every manager is scraped', 'watched', async () => {
    const up = await prometheus.series('up{fleet="watched"} == 1');
    return up.length === managers.length && up;
  });
  const [found] = await eventually('a manager asked for jobs', 'watched', async () => {
    const answers = await prometheus.series(
      'gitlab_runner_api_request_statuses_total{fleet="watched", manager="runner-well", endpoint="request_job"}',
    );
    return answers.length > 0 && answers;
  });
  expect(found.metric).toMatchObject({ namespace: 'watched-runners', pod: 'runner-well-0', method: 'post' });
  expect(await prometheus.series('{__name__=~".+", exported_endpoint=~".+"}')).toEqual([]);
});

test('incidents fire their alerts in time and no other, and managers that are well fire none', async () => {
  // As long as the slowest alert takes: what fires by itself shows now.
  const slowest = Math.max(...INCIDENTS.map(deadline));
  await pause(slowest);
  expect(await firing()).toEqual([]);

  const began = Date.now();
  for (const { runner, begin } of INCIDENTS) {
    const manager = managers.find((one) => one.runner === runner);
    if (manager) begin(manager.metrics);
  }
  const seconds = new Map<string, number>();
  while (Date.now() - began < slowest * 1000) {
    for (const one of await firing()) if (!seconds.has(one)) seconds.set(one, (Date.now() - began) / 1000);
    await pause(0.2);
  }
  const expected = INCIDENTS.map(({ alert, runner }) => `${alert} ${runner}`);
  const rows = [...seconds].map(([one, after]) => `${one}: ${Math.round(after * FASTER)} s`);
  console.log(
    `Time passed ${FASTER} times as fast. In a cluster the alerts would have fired after:\n${rows.join('\n')}`,
  );
  expect([...seconds.keys()].sort()).toEqual([...expected].sort());
  const late = INCIDENTS.filter(
    (incident) => (seconds.get(`${incident.alert} ${incident.runner}`) ?? 0) > deadline(incident),
  );
  expect(late).toEqual([]);
}, 7_200_000);

test('every query of the dashboard is answered, and those about managers with data', async () => {
  const [{ data }] = ofKind('ConfigMap').filter(
    ({ metadata }) => metadata.name === 'gitlab-runner-dashboard',
  );
  const { panels } = JSON.parse(Object.values(data)[0] as string);
  const queries: readonly string[] = panels.flatMap(({ targets = [] }: KubeObject) =>
    targets.map(({ expr }: KubeObject) => expr),
  );
  expect(queries.length).toBeGreaterThan(10);
  const empty: string[] = [];
  for (const expr of queries) {
    const query = expr
      .replaceAll('$__rate_interval', `${Math.round(240_000 / FASTER)}ms`)
      .replaceAll('$manager', '.+');
    if ((await prometheus.series(query)).length === 0) empty.push(expr);
  }
  expect(empty).toEqual([]);
});
