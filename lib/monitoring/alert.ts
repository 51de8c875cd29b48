/** An alert of a PrometheusRule. */
export interface Alert {
  /** Its name, also that of its section in docs/runbooks.md. */
  readonly alert: string;
  /** PromQL. */
  readonly expr: string;
  /** How long the expression has to hold before the alert fires, as `5m`; undefined for an alert that fires at once. */
  readonly for: string | undefined;
  readonly severity: Severity;
  /** Labels besides the severity. */
  readonly labels: Readonly<Record<string, string>>;
  /** `summary`, `description` and where the runbook is. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** `critical`: jobs do not run. `warning`: they wait or fail. `info`: they cost more than they have to. */
export type Severity = 'critical' | 'warning' | 'info';
