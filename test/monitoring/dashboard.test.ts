import { dashboardJson } from '../../lib/monitoring/dashboard';
import { type RunnerDashboardSubject, runnerDashboard } from '../../lib/monitoring/runner-dashboard';
import { KNOWN_METRICS } from './known-metrics';

const SUBJECT: RunnerDashboardSubject = {
  uid: 'runners-production',
  title: 'GitLab runners: production',
  fleet: 'production',
  jobNamespaces: ['gitlab-jobs', 'gitlab-trusted'],
  nodePools: ['gitlab-amd64-spot', 'gitlab-arm64-spot'],
};

// biome-ignore lint/suspicious/noExplicitAny: the file as Grafana reads it
const modelOf = (subject: RunnerDashboardSubject): any => JSON.parse(dashboardJson(runnerDashboard(subject)));
const model = modelOf(SUBJECT);
const queries = (of: typeof model): readonly string[] =>
  of.panels.flatMap(({ targets = [] }: typeof model) => targets.map(({ expr }: typeof model) => expr));

/** Names in PromQL that follow no quote: metrics, labels, functions. */
const WORD = /[a-z]\w*/g;
const FUNCTIONS = 'sum max by on and rate increase time histogram_quantile'.split(' ');
const withoutTexts = (expr: string) => expr.replace(/"[^"]*"/g, '').replace(/\[[^\]]*\]/g, '');

describe('the dashboard', () => {
  test.each(queries(model))('asks for metrics and labels that exist: %s', (expr) => {
    const words = [...withoutTexts(expr).matchAll(WORD)].map(([word]) => word);
    const metrics = words.filter((word) => KNOWN_METRICS.has(word));
    expect(metrics).not.toEqual([]);
    const labels = new Set(metrics.flatMap((metric) => [...(KNOWN_METRICS.get(metric) ?? [])]));
    const others = words.filter(
      (word) => !metrics.includes(word) && !labels.has(word) && !FUNCTIONS.includes(word),
    );
    expect(others).toEqual([]);
  });

  test('shows the managers of its fleet alone, and of these what is chosen', () => {
    const ofManagers = queries(model).filter((expr) => expr.includes('gitlab_runner_'));
    expect(ofManagers.length).toBeGreaterThan(10);
    for (const expr of ofManagers)
      for (const [, matchers] of expr.matchAll(/gitlab_runner_\w+\{([^}]*)\}/g))
        expect(matchers).toMatch(/^fleet="production", manager=~"\$manager"/);
    expect(model.templating.list[1]).toMatchObject({
      name: 'manager',
      definition: 'label_values(gitlab_runner_version_info{fleet="production"}, manager)',
    });
  });

  test('lets its reader choose the Prometheus that all of it asks', () => {
    expect(model.templating.list[0]).toMatchObject({
      type: 'datasource',
      name: 'datasource',
      query: 'prometheus',
    });
    const sources = JSON.stringify(model).match(/"datasource":\{[^}]*\}/g) ?? [];
    expect(sources.length).toBeGreaterThan(queries(model).length);
    expect(new Set(sources)).toEqual(new Set(['"datasource":{"type":"prometheus","uid":"$datasource"}']));
  });

  test('has panels within the grid that do not overlap, each with an id of its own and a sentence about it', () => {
    const cells = new Set<string>();
    for (const { gridPos, title, type, description } of model.panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect([title, cells.has(`${x},${y}`)]).toEqual([title, false]);
          cells.add(`${x},${y}`);
        }
      if (type !== 'row') expect(description).toMatch(/\.$/);
    }
    const ids = model.panels.map(({ id }: typeof model) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('leaves out what nobody measures: nodes without metrics of Karpenter, pods of jobs without kube-state-metrics', () => {
    const titles = (of: typeof model) =>
      of.panels.filter(({ type }: typeof model) => type === 'row').map(({ title }: typeof model) => title);
    const bare = modelOf({ ...SUBJECT, jobNamespaces: undefined, nodePools: undefined });
    expect(titles(model)).toEqual([
      'Managers: jobs',
      'Managers: GitLab',
      'Pods of jobs',
      'Nodes (Karpenter)',
    ]);
    expect(titles(bare)).toEqual(['Managers: jobs', 'Managers: GitLab']);
    expect(queries(bare).join()).not.toMatch(/karpenter_|kube_/);
  });

  test('asks for the pods and the nodes of its fleet alone', () => {
    const others = queries(model).filter((expr) => /kube_|karpenter_(?!cloudprovider)/.test(expr));
    for (const expr of others)
      expect(expr).toMatch(
        /namespace=~"gitlab-jobs\|gitlab-trusted"|nodepool=~"gitlab-amd64-spot\|gitlab-arm64-spot"/,
      );
  });
});
