import type { Alert } from '../monitoring/alert';
import type { Labels } from './resolved-pods';

export type { Alert } from '../monitoring/alert';

/** What a Prometheus of the prometheus-operator reads, and what it alerts of. */
export interface ResolvedMonitoring {
  /** Labels by which Prometheus selects the objects. */
  readonly labels: Labels;
  /** Name of the PodMonitor. */
  readonly monitor: string;
  /** How often managers are scraped, a duration as `30s`. */
  readonly interval: string;
  /** Whether Karpenter's metrics are there. */
  readonly karpenter: boolean;
  /** Whether those of kube-state-metrics are. */
  readonly kubeStateMetrics: boolean;
  readonly rules: readonly ResolvedRules[];
  /** Undefined without a dashboard. */
  readonly dashboard: ResolvedDashboard | undefined;
}

/** A dashboard of Grafana in a ConfigMap. */
export interface ResolvedDashboard {
  /** Name of the ConfigMap. */
  readonly name: string;
  /** Labels by which the sidecar finds it. */
  readonly labels: Labels;
  /** Folder of Grafana; undefined where the sidecar decides. */
  readonly folder: string | undefined;
  /** Name of its file: those of all fleets are in one folder of the sidecar. */
  readonly file: string;
  readonly json: string;
}

/** A PrometheusRule: one group of alerts. */
export interface ResolvedRules {
  /** Name of the object, and of its group. */
  readonly name: string;
  /** The runner that the alerts are about; undefined for those of several. */
  readonly runner: string | undefined;
  readonly alerts: readonly Alert[];
}
