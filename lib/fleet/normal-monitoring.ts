import type { MonitoringProps } from './props/monitoring';

/** Metrics and alerts. */
export type NormalMonitoring = Required<
  Omit<MonitoringProps, 'prometheusNamespace' | 'runbookUrl' | 'dashboardFolder'>
> & {
  /** Undefined where the network policies name it. */
  readonly prometheusNamespace: string | undefined;
  /** Undefined where alerts name a page of the package. */
  readonly runbookUrl: string | undefined;
  /** Undefined where the sidecar of Grafana decides. */
  readonly dashboardFolder: string | undefined;
};
