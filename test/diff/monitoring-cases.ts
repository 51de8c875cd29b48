import type { SourceFile } from '../../lib/cluster/manifest';
import { edited, FLEET, without } from '../fixtures/files';
import type { ImpactCase } from './impact-case';

const RULES_FILE = 'production/monitoring/prometheusrule-runner-amd64-spot.yaml';
const MONITOR_FILE = 'production/monitoring/podmonitor-managers.yaml';
const alert = (name: string, expr: string) => `        - alert: ${name}
          expr: ${expr}
          for: 5m
          labels: { severity: critical, runner: amd64-spot }
          annotations: { summary: A summary. }
`;
const [ABSENT, FULL] = [alert('Absent', 'absent(up == 1)'), alert('Full', 'jobs >= 18')];
const rules: SourceFile = {
  path: RULES_FILE,
  text: `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: runner-amd64-spot, namespace: gitlab-runners, labels: { release: prometheus } }
spec:
  groups:
    - name: amd64-spot
      rules:
${ABSENT}${FULL}`,
};
const monitor: SourceFile = {
  path: MONITOR_FILE,
  text: `apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: { name: managers, namespace: gitlab-runners, labels: { release: prometheus } }
spec:
  selector: { matchLabels: { app.kubernetes.io/component: manager } }
  podMetricsEndpoints:
    - port: metrics
      interval: 30s
`,
};
const DASHBOARD = 'production/monitoring/configmap-gitlab-runner-dashboard.yaml';
const dashboard: SourceFile = {
  path: DASHBOARD,
  text: `apiVersion: v1
kind: ConfigMap
metadata: { name: gitlab-runner-dashboard, namespace: gitlab-runners, annotations: { grafana_folder: CI } }
data:
  gitlab-runners-production.json: '{"title":"Runners"}'
`,
};
const WATCHED = [...FLEET, rules, monitor, dashboard];

// biome-ignore format: a table of cases
export const MONITORING_CASES: readonly ImpactCase[] = [
  { rule: 'alerts-change', name: 'an alert that goes', before: WATCHED, after: edited(WATCHED, [RULES_FILE, FULL, '']), says: ['notice', /^Nobody is told any more: Full \(amd64-spot\)\.$/] },
  { rule: 'alerts-change', name: 'all alerts of a runner', before: WATCHED, after: without(WATCHED, RULES_FILE), says: ['notice', /^Nobody is told any more: Absent \(amd64-spot\), Full \(amd64-spot\)\.$/] },
  { rule: 'alerts-change', name: 'another threshold', before: WATCHED, after: edited(WATCHED, [RULES_FILE, '>= 18', '>= 19']), says: ['info', /^Full \(amd64-spot\): fires on other conditions\.$/] },
  { rule: 'alerts-change', name: 'another duration', before: WATCHED, after: edited(WATCHED, [RULES_FILE, 'for: 5m', 'for: 6m']), says: ['info', /^Absent \(amd64-spot\): fires/] },
  { rule: 'alerts-change', name: 'a PodMonitor that goes', before: WATCHED, after: without(WATCHED, MONITOR_FILE), says: ['notice', /^Prometheus scrapes what it selects no more\.$/] },
  { rule: 'alerts-change', name: 'alerts that come', after: WATCHED },
  { rule: 'alerts-change', name: 'another severity that people hear of', before: WATCHED, after: edited(WATCHED, [RULES_FILE, 'severity: critical', 'severity: warning']) },
  { rule: 'alerts-change', name: 'a severity that reaches nobody', before: WATCHED, after: edited(WATCHED, [RULES_FILE, /severity: critical/g, 'severity: none']), says: ['notice', /^Absent \(amd64-spot\), Full \(amd64-spot\): has another severity, which may reach nobody\.$/] },
  { rule: 'alerts-change', name: 'an expression that is never true', before: WATCHED, after: edited(WATCHED, [RULES_FILE, /expr: .*/g, 'expr: vector(0) > 1']), says: ['notice', /^Absent \(amd64-spot\), Full \(amd64-spot\): asks another question/] },
  { rule: 'alerts-change', name: 'weeks that a condition has to hold', before: WATCHED, after: edited(WATCHED, [RULES_FILE, /for: 5m/g, 'for: 1000h']), says: ['notice', /: fires only after the condition has held for more than twice as long\.$/] },
  { rule: 'alerts-change', name: 'another text', before: WATCHED, after: edited(WATCHED, [RULES_FILE, 'A summary.', 'Another one.']) },
  { rule: 'unknown-object', name: 'a PodMonitor, alerts and a dashboard that come', after: WATCHED },
  { rule: 'unknown-object', name: 'a ConfigMap of which a dashboard is a part', after: edited(WATCHED, [DASHBOARD, 'gitlab-runners-production.json', 'run.sh: reboot\n  gitlab-runners-production.json']), says: ['security', /No runner reads this ConfigMap/] },
  { rule: 'unjudged', name: 'another dashboard in another folder', before: WATCHED, after: edited(WATCHED, [DASHBOARD, '"Runners"', '"Ours"'], [DASHBOARD, 'CI', 'Other']) },
  { rule: 'unjudged', name: 'a PodMonitor and alerts that come', after: WATCHED },
  { rule: 'unjudged', name: 'another release of Prometheus, scraped less often', before: WATCHED, after: edited(WATCHED, [MONITOR_FILE, 'release: prometheus', 'release: other'], [MONITOR_FILE, 'interval: 30s', 'interval: 1m']) },
  { rule: 'unjudged', name: 'a file with a token that Prometheus sends along', before: WATCHED, after: edited(WATCHED, [MONITOR_FILE, 'interval: 30s', 'interval: 30s\n      bearerTokenSecret: { name: token, key: token }']), says: ['security', /bearerTokenSecret/] },
];
