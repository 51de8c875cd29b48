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
  /** Longest time from the event until the alert fires, for example `9m`. The runbooks name that of a fleet with the defaults. */
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
  /** How often what it looks at is scraped, in seconds; that of managers where it is left out. */
  readonly scrapeSeconds?: number;
  /** Whether it looks for series that are gone, which Prometheus notices later than a new value. */
  readonly isOfAbsence?: boolean;
}

/** The page of runbooks, where nobody says where it is read. */
const RUNBOOKS = 'docs/runbooks.md';

/** An alert with its runbook and its time. */
export function alertOf(rule: AlertRule, { intervalSeconds, labels, runbookUrl }: AlertSettings): Alert {
  const { alert, description, expr, forSeconds = 0, severity, summary } = rule;
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
    firesWithin: formatDuration(wholeMinutes(longestWait(rule, intervalSeconds))),
  };
}

/** Seconds that a scrape may take: Prometheus' default, which is never longer than the interval. */
const SCRAPE_TIMEOUT = 10;
/** Seconds until Prometheus learns from the API server that a pod is gone. */
const DISCOVERY = 5;

/**
 * Seconds from the event until the alert fires, in the worst case: the event comes just after a scrape, the scrape that sees it
 * takes as long as it may and ends just after an evaluation, and `for` ends between two evaluations.
 */
export function longestWait(
  rule: Pick<AlertRule, 'forSeconds' | 'isOfAbsence' | 'scrapeSeconds' | 'windowSeconds'>,
  evaluation: number,
): number {
  const { forSeconds = 0, isOfAbsence = false, scrapeSeconds = evaluation, windowSeconds = 0 } = rule;
  const scrape = scrapeSeconds + Math.min(SCRAPE_TIMEOUT, scrapeSeconds);
  // Series of a target that is gone end only two scrapes and a tenth of one later, in case that it comes back.
  const gone = DISCOVERY + 2.1 * scrapeSeconds;
  const seen = isOfAbsence ? Math.max(scrape, gone) : scrape;
  return windowSeconds + seen + evaluation + Math.ceil(forSeconds / evaluation) * evaluation;
}

/** Seconds, up to the next whole minute. */
export function wholeMinutes(seconds: number): number {
  return Math.ceil(seconds / 60) * 60;
}
