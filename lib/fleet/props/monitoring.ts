/**
 * Metrics of the managers for a Prometheus of the prometheus-operator, and alerts with a runbook each: a PodMonitor, and a
 * PrometheusRule for each runner, for the namespaces of jobs and for the node pools. They are rendered into
 * `dist/<fleet>/monitoring/`, which is applied by itself, since a cluster without the operator refuses these kinds.
 */
export interface MonitoringProps {
  /**
   * Labels of the PodMonitor and of the PrometheusRules, by which your Prometheus selects both. That of kube-prometheus-stack
   * selects by the name of its Helm release: `{ release: 'kube-prometheus-stack' }`.
   *
   * @default - none besides those of every object
   */
  readonly labels?: Readonly<Record<string, string>>;

  /**
   * Namespace of Prometheus, for example `monitoring`. The network policy of the managers lets its pods read the metrics.
   *
   * @default - none: `network.metricsFrom` or `network.metricsFromLabels` has to select it
   */
  readonly prometheusNamespace?: string;

  /**
   * How often the managers are scraped, and their alerts evaluated. A duration of whole seconds, from `5s` to `2m`.
   *
   * @default '30s'
   */
  readonly interval?: string;

  /**
   * Address of the page of runbooks: the copy of docs/runbooks.md that your people read. Alerts link to their section of it
   * as `runbook_url`. Without a query or a fragment.
   *
   * @default - none: alerts name their section of docs/runbooks.md as `runbook`
   * @example 'https://wiki.example.com/runners/runbooks'
   */
  readonly runbookUrl?: string;

  /**
   * Whether Prometheus scrapes Karpenter, 1.14 or newer: alerts of node pools and nodes need its metrics. EKS Auto Mode
   * publishes none.
   *
   * @default - true, false with EKS Auto Mode
   */
  readonly karpenter?: boolean;

  /**
   * Whether Prometheus scrapes kube-state-metrics, with the labels that these set (`honorLabels`): the alert of pending job
   * pods needs its metrics.
   *
   * @default true
   */
  readonly kubeStateMetrics?: boolean;

  /**
   * How long a job may wait in GitLab until a manager takes it: the alert of the queue time fires when one in twenty jobs
   * waits longer. A duration of whole seconds, from `1s` to `1h`, up to which managers measure.
   *
   * @default '5m'
   */
  readonly queueTime?: string;

  /**
   * Whether a Grafana dashboard is rendered: a ConfigMap in the namespace of the managers, which the dashboard sidecar of
   * Grafana's Helm chart reads. It has rows for managers, for the pods of jobs with `kubeStateMetrics`, and for nodes with
   * `karpenter`.
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * Labels by which the sidecar finds the ConfigMap of the dashboard.
   *
   * @default - `{ grafana_dashboard: '1' }`, which kube-prometheus-stack looks for
   */
  readonly dashboardLabels?: Readonly<Record<string, string>>;

  /**
   * Folder of the dashboard in Grafana, as annotation `grafana_folder`: the sidecar reads it where its `folderAnnotation` says
   * so. 1 to 100 characters.
   *
   * @default - none: the sidecar's own folder
   * @example 'CI'
   */
  readonly dashboardFolder?: string;
}
