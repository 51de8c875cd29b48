import { secondsOf } from '../../lib/values/duration';
import type { KubeObject } from '../../tools/engines/kube-client';

/**
 * How many times faster than in a cluster an hour passes in the tests of incidents: intervals of scrapes and of rules, durations
 * and windows of rules, and what the simulated managers wait for, all divided by it. What rules compare, counts and shares,
 * stays. With 1 the test takes as long as the incidents do: it then says in how many seconds each alert fires.
 */
export const FASTER = Number(process.env.RUNNER_FLEET_FASTER ?? 10);

/** A duration of Prometheus, that many times shorter. */
export function shorter(duration: string): string {
  return `${Math.round((secondsOf(duration) * 1000) / FASTER)}ms`;
}

/** PromQL that looks back as many times less: windows, offsets, and how long ago something started. */
export function lookingBackLess(expr: string): string {
  return expr
    .replace(/\[(\w+)\]/g, (_, window) => `[${shorter(window)}]`)
    .replace(/offset (\w+)/g, (_, offset) => `offset ${shorter(offset)}`)
    .replace(/time\(\) - (\d+)/g, (_, seconds) => `time() - ${Number(seconds) / FASTER}`);
}

/** A PodMonitor that scrapes as many times more often. */
export function fasterMonitor(monitor: KubeObject): KubeObject {
  const podMetricsEndpoints = monitor.spec.podMetricsEndpoints.map((endpoint: KubeObject) => ({
    ...endpoint,
    interval: shorter(endpoint.interval),
    scrapeTimeout: shorter(endpoint.scrapeTimeout ?? endpoint.interval),
  }));
  return { ...monitor, spec: { ...monitor.spec, podMetricsEndpoints } };
}

/** A PrometheusRule whose alerts fire as many times sooner. */
export function fasterRules(object: KubeObject): KubeObject {
  const groups = object.spec.groups.map((group: KubeObject) => ({
    ...group,
    interval: shorter(group.interval),
    rules: group.rules.map((rule: KubeObject) => ({
      ...rule,
      expr: lookingBackLess(rule.expr),
      ...(rule.for && { for: shorter(rule.for) }),
      ...(rule.keep_firing_for && { keep_firing_for: shorter(rule.keep_firing_for) }),
    })),
  }));
  return { ...object, spec: { ...object.spec, groups } };
}
