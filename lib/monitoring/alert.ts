import { formatDuration } from '../values/duration';

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
  /** Time from the event until the alert fires, at most, as `9m`. The runbooks say the same of a fleet with the defaults. */
  readonly firesWithin: string;
}

/** `critical`: jobs do not run. `warning`: they wait or fail. `info`: they cost more than they have to. */
export type Severity = 'critical' | 'warning' | 'info';

/** What alerts of a fleet have in common. */
export interface AlertSettings {
  /** How often managers are scraped and alerts evaluated, in seconds. */
  readonly intervalSeconds: number;
  /** Address of the page of runbooks; undefined for that of the package. */
  readonly runbookUrl: string | undefined;
  /** Labels of all of them. */
  readonly labels: Readonly<Record<string, string>>;
}

/** An alert as its rule says it. */
export interface AlertRule {
  readonly alert: string;
  readonly severity: Severity;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
  /** Seconds that pass until the expression is true: the window that it looks back on. */
  readonly windowSeconds?: number;
  readonly forSeconds?: number;
}

/** The page of runbooks, where nobody says where it is read. */
const RUNBOOKS = 'docs/runbooks.md';

/** An alert with its runbook and its time. */
export function alertOf(rule: AlertRule, { intervalSeconds, labels, runbookUrl }: AlertSettings): Alert {
  const { alert, description, expr, forSeconds = 0, severity, summary, windowSeconds = 0 } = rule;
  const section = alert.toLowerCase();
  return {
    alert,
    expr,
    for: forSeconds > 0 ? formatDuration(forSeconds) : undefined,
    severity,
    labels: { ...labels, ...rule.labels },
    annotations: {
      summary,
      description,
      ...(runbookUrl === undefined
        ? { runbook: `${RUNBOOKS}#${section} of gitlab-runner-fleet` }
        : { runbook_url: `${runbookUrl}#${section}` }),
    },
    // One scrape sees it, one evaluation after that.
    firesWithin: formatDuration(wholeMinutes(windowSeconds + forSeconds + 2 * intervalSeconds)),
  };
}

/** Seconds, up to the next whole minute. */
export function wholeMinutes(seconds: number): number {
  return Math.ceil(seconds / 60) * 60;
}
