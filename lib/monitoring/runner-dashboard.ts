import { FLEET_LABEL, MANAGER_LABEL } from '../contract';
import type { Dashboard, DashboardPanel, DashboardRow } from './dashboard';

/** What the dashboard of a fleet is about. */
export interface RunnerDashboardSubject {
  readonly uid: string;
  readonly title: string;
  /** The fleet whose managers it shows: a label of their metrics. */
  readonly fleet: string;
  /** Namespaces of jobs; undefined where kube-state-metrics does not run. */
  readonly jobNamespaces: readonly string[] | undefined;
  /** NodePools of the fleet; undefined where Karpenter's metrics are not there, as on EKS Auto Mode. */
  readonly nodePools: readonly string[] | undefined;
}

/** Longest time that Prometheus needs two values of: Grafana puts in what fits the interval of scrapes. */
const WINDOW = '[$__rate_interval]';

/** The dashboard of a fleet: its managers, the pods of its jobs, its nodes. */
export function runnerDashboard(subject: RunnerDashboardSubject): Dashboard {
  const { uid, title, fleet, jobNamespaces, nodePools } = subject;
  const ofFleet = `${FLEET_LABEL}="${fleet}"`;
  const choice = {
    name: MANAGER_LABEL,
    title: 'Manager',
    series: `gitlab_runner_version_info{${ofFleet}}`,
    label: MANAGER_LABEL,
  };
  return {
    uid,
    title,
    tags: ['gitlab-runner'],
    choices: [choice],
    rows: [
      ...managerRows(`${ofFleet}, ${MANAGER_LABEL}=~"$${MANAGER_LABEL}"`),
      ...(jobNamespaces ? [jobPodRow(`namespace=~"${jobNamespaces.join('|')}"`)] : []),
      ...(nodePools ? [karpenterRow(`nodepool=~"${nodePools.join('|')}"`)] : []),
    ],
  };
}

function managerRows(of: string): readonly DashboardRow[] {
  return [
    {
      title: 'Managers: jobs',
      panels: [
        {
          title: 'Jobs by state',
          description:
            'Jobs that managers hold now, by the state that GitLab knows. A manager that never had a job shows 0.',
          unit: 'short',
          draw: 'stacked',
          queries: [
            {
              expr: `sum by (runner_name, state) (gitlab_runner_jobs{${of}})`,
              legend: '{{runner_name}} {{state}}',
            },
          ],
        },
        {
          title: 'Jobs against concurrency',
          description:
            'Share of the jobs that a manager may run at once. At 100 % jobs wait in GitLab, however many nodes there are.',
          unit: 'percentunit',
          draw: 'lines',
          queries: [
            {
              expr: `sum by (manager, pod) (gitlab_runner_jobs{${of}}) / max by (manager, pod) (gitlab_runner_concurrent{${of}} > 0)`,
              legend: '{{pod}}',
            },
          ],
        },
        {
          title: 'Jobs taken a minute',
          description: 'Jobs that managers took from GitLab.',
          unit: 'short',
          draw: 'stacked',
          queries: [
            {
              expr: `60 * sum by (runner_name) (rate(gitlab_runner_jobs_total{${of}}${WINDOW}))`,
              legend: '{{runner_name}}',
            },
          ],
        },
        {
          title: 'Time in the queue',
          description:
            'How long jobs waited in GitLab until a manager took them. It is measured when a job is taken: nothing is drawn while none is, even if many wait.',
          unit: 's',
          draw: 'lines',
          queries: [0.5, 0.95].map((share) => ({
            expr: quantile(share, 'gitlab_runner_job_queue_duration_seconds', of),
            legend: `${100 * share} % within`,
          })),
        },
        {
          title: 'Duration of jobs',
          description: 'How long jobs ran, with the wait for their pod.',
          unit: 's',
          draw: 'lines',
          queries: [0.5, 0.95].map((share) => ({
            expr: quantile(share, 'gitlab_runner_job_duration_seconds', of),
            legend: `${100 * share} % within`,
          })),
        },
        {
          title: 'Failed jobs by reason',
          description:
            'script_failure is the job’s own. The first failure of each reason after a manager starts is not counted here: its series begins with it.',
          unit: 'short',
          draw: 'bars',
          queries: [
            {
              expr: `sum by (failure_reason) (increase(gitlab_runner_failed_jobs_total{${of}}${WINDOW}))`,
              legend: '{{failure_reason}}',
            },
          ],
        },
      ],
    },
    { title: 'Managers: GitLab', panels: gitlabPanels(of) },
  ];
}

function gitlabPanels(of: string): readonly DashboardPanel[] {
  const polls = `gitlab_runner_api_request_statuses_total{${of}, endpoint="request_job"}`;
  return [
    {
      title: 'Polling',
      description:
        'Requests for a job that GitLab answered, by manager. One that falls to 0 takes no jobs: it is full, its token was refused, or it does not reach GitLab.',
      unit: 'reqps',
      draw: 'lines',
      queries: [{ expr: `sum by (manager) (rate(${polls}${WINDOW}))`, legend: '{{manager}}' }],
    },
    {
      title: 'Answers of GitLab',
      description:
        '201 and 204 are a job and none; 403 is a token that GitLab refuses; 5xx is GitLab failing. A request without an answer is not counted.',
      unit: 'reqps',
      draw: 'stacked',
      queries: [
        {
          expr: `sum by (endpoint, status) (rate(gitlab_runner_api_request_statuses_total{${of}}${WINDOW}))`,
          legend: '{{endpoint}} {{status}}',
        },
      ],
    },
    {
      title: 'Time that GitLab takes to answer',
      description: '95 % of the requests of each kind are answered within this time.',
      unit: 's',
      draw: 'lines',
      queries: [
        {
          expr: `histogram_quantile(0.95, sum by (le, endpoint) (rate(gitlab_runner_api_request_duration_seconds_bucket{${of}}${WINDOW})))`,
          legend: '{{endpoint}}',
        },
      ],
    },
    {
      title: 'Waiting jobs that GitLab counts',
      description:
        'Jobs in the queue of each runner, as GitLab said when it last handed out a job. It stands still while none is taken.',
      unit: 'short',
      draw: 'lines',
      queries: [
        { expr: `max by (runner_name) (gitlab_runner_job_queue_size{${of}})`, legend: '{{runner_name}}' },
      ],
    },
    {
      title: 'Looks for jobs that were left out',
      description:
        'A manager does not ask GitLab while its runner has no token, or for an hour after three refused or unanswered requests.',
      unit: 'reqps',
      draw: 'lines',
      queries: [
        {
          expr: `sum by (runner_name) (rate(gitlab_runner_worker_feed_failures_total{${of}}${WINDOW}))`,
          legend: '{{runner_name}}',
        },
      ],
    },
    {
      title: 'Errors of managers',
      description:
        'Lines of the log by level, and configs that could not be loaded: the manager goes on with the one before.',
      unit: 'short',
      draw: 'bars',
      queries: [
        {
          expr: `sum by (level) (increase(gitlab_runner_errors_total{${of}, level!="warning"}${WINDOW}))`,
          legend: '{{level}}',
        },
        {
          expr: `sum(increase(gitlab_runner_configuration_loading_error_total{${of}}${WINDOW}))`,
          legend: 'config not loaded',
        },
      ],
    },
  ];
}

function quantile(share: number, metric: string, of: string): string {
  return `histogram_quantile(${share}, sum by (le) (rate(${metric}_bucket{${of}}${WINDOW})))`;
}

/** What kube-state-metrics knows of the pods of jobs. */
function jobPodRow(of: string): DashboardRow {
  return {
    title: 'Pods of jobs',
    panels: [
      {
        title: 'Pods by phase',
        description: 'Pending pods wait for a node, or for their images.',
        unit: 'short',
        draw: 'stacked',
        queries: [{ expr: `sum by (phase) (kube_pod_status_phase{${of}})`, legend: '{{phase}}' }],
      },
      {
        title: 'Longest wait of a pending pod',
        description: 'By namespace. Managers give up after poll_timeout of their config.',
        unit: 's',
        draw: 'lines',
        queries: [
          {
            expr: `max by (namespace) ((time() - kube_pod_created{${of}}) and on (namespace, pod) (kube_pod_status_phase{${of}, phase="Pending"} == 1))`,
            legend: '{{namespace}}',
          },
        ],
      },
      {
        title: 'Why containers wait',
        description: 'ErrImagePull and ImagePullBackOff: an image that is not there, or may not be pulled.',
        unit: 'short',
        draw: 'stacked',
        queries: [
          { expr: `sum by (reason) (kube_pod_container_status_waiting_reason{${of}})`, legend: '{{reason}}' },
        ],
      },
    ],
  };
}

function karpenterRow(of: string): DashboardRow {
  const disrupted = `karpenter_nodeclaims_disrupted_total{${of}}`;
  return {
    title: 'Nodes (Karpenter)',
    panels: [
      {
        title: 'Pools against their limits',
        description: 'At 100 % Karpenter launches no further node, and pods stay pending.',
        unit: 'percentunit',
        draw: 'lines',
        queries: [
          {
            expr: `karpenter_nodepools_usage{${of}} / (karpenter_nodepools_limit{${of}} > 0)`,
            legend: '{{nodepool}} {{resource_type}}',
          },
        ],
      },
      {
        title: 'Launch failures, all pools',
        description:
          'Launches that EC2 refused, by capacity type and reason; Karpenter does not say for which pool. A few of Spot are normal: Karpenter tries another type.',
        unit: 'short',
        draw: 'bars',
        queries: [
          {
            expr: `sum by (capacity_type, reason) (increase(karpenter_cloudprovider_instance_launch_failures_total${WINDOW}))`,
            legend: '{{capacity_type}} {{reason}}',
          },
        ],
      },
      {
        title: 'Nodes that went, by reason',
        description:
          'spot_interrupted ends the jobs of a node after two minutes; empty, underutilized, drifted and expired wait for them.',
        unit: 'short',
        draw: 'bars',
        queries: [
          {
            expr: `sum by (nodepool, reason) (increase(${disrupted}${WINDOW}))`,
            legend: '{{nodepool}} {{reason}}',
          },
        ],
      },
    ],
  };
}
