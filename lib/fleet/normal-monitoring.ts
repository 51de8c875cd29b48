import type { MonitoringProps } from './props/monitoring';

/** Metrics and alerts. */
export type NormalMonitoring = Required<Omit<MonitoringProps, 'prometheusNamespace' | 'runbookUrl'>> & {
  /** Undefined where the network policies name it. */
  readonly prometheusNamespace: string | undefined;
  /** Undefined where alerts name a page of the package. */
  readonly runbookUrl: string | undefined;
};
