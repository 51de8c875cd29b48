import { createServer, type Server } from 'node:http';
import { type MetricFamily, parseExposition, printExposition, type Sample } from './exposition';

type Labels = Readonly<Record<string, string>>;

/** How a manager is set up, as its config.toml says. */
export interface SimulatedManagerOptions {
  /** What a real manager served: the source of all names and labels. */
  readonly record: string;
  /** Address that it listens on, one of the loopback's. */
  readonly address: string;
  readonly port: number;
  /** Name of its runner. */
  readonly runnerName: string;
  /** First characters of its token, as the runner shows it. */
  readonly shortToken: string;
  readonly systemId: string;
  readonly concurrent: number;
  readonly limit: number;
  /** Milliseconds from one look for jobs to the next. */
  readonly checkInterval: number;
  /** Milliseconds without a look for jobs after three bad ones in a row. */
  readonly unhealthyInterval: number;
  /** Milliseconds that a job takes. */
  readonly jobDuration: number;
}

/** How GitLab answers a request for a job: `nothing` is no HTTP answer at all. */
export type GitLabAnswer = 'jobs' | 'refused' | 'broken' | 'nothing';

/** Looks in a row that may fail until the runner is left alone. */
const UNHEALTHY_LIMIT = 3;
/** A job comes with every so many looks. */
const LOOKS_PER_JOB = 10;

/** Series that a manager has only once something happened. */
const LATE = [
  'gitlab_runner_failed_jobs_total',
  'gitlab_runner_api_request_statuses_total',
  'gitlab_runner_api_request_duration_seconds',
  'gitlab_runner_api_request_retries_total',
  'gitlab_runner_job_queue_duration_seconds',
];

/**
 * Serves the metrics of a manager of GitLab Runner 19.3 that was recorded, with values that move as a manager's do: looks for
 * jobs, jobs that run and end, and what happens when GitLab refuses the token, fails or can't be reached, or when a config
 * can't be loaded. Nothing else of a manager is here.
 *
 * @see gitlab-runner 19.3 commands/multi.go, commands/health_helper.go, network/gitlab.go
 */
export class SimulatedManager {
  /** How GitLab answers from now on. */
  gitlab: GitLabAnswer = 'jobs';
  /** Whether jobs fail because of the runner. */
  failsJobs = false;

  private readonly families: readonly MetricFamily[];
  private readonly values = new Map<string, Sample>();
  private server: Server | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looks = 0;
  private failedLooks = 0;
  private running = 0;
  private lastGoodLook = Date.now();

  constructor(private readonly options: SimulatedManagerOptions) {
    this.families = parseExposition(options.record);
    for (const { name, type, samples } of this.families) {
      if (LATE.includes(name)) continue;
      for (const sample of samples) {
        const counts = type === 'counter' || type === 'histogram';
        const runs = sample.name.startsWith('gitlab_runner_') && counts;
        this.set(sample.name, this.labelled(sample.labels), runs ? 0 : sample.value);
      }
    }
    this.set('gitlab_runner_concurrent', {}, options.concurrent);
    this.set('gitlab_runner_limit', this.own(), options.limit);
    this.set('gitlab_runner_worker_slots_number', {}, options.concurrent);
    this.set('gitlab_runner_job_queue_size', this.own(), 0);
    this.set('gitlab_runner_configuration_loaded_total', {}, 1);
    this.set('process_start_time_seconds', {}, Date.now() / 1000);
  }

  /** Listens, and looks for jobs from now on. */
  async start(): Promise<void> {
    const { address, port, checkInterval } = this.options;
    const server = createServer((request, response) => {
      const isThere = request.url === '/metrics';
      response.writeHead(isThere ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4' });
      response.end(isThere ? this.metrics() : '');
    });
    await new Promise<void>((done, failed) => server.once('error', failed).listen(port, address, done));
    this.server = server;
    this.timer = setInterval(() => this.look(), checkInterval);
  }

  /** Ends at once, as when its node is lost. */
  kill(): void {
    clearInterval(this.timer);
    this.server?.close();
    this.server?.closeAllConnections();
  }

  /** Finds a config that it can't load. It goes on with the one that it has, and doesn't load the same file again. */
  breakConfig(): void {
    this.add('gitlab_runner_configuration_loading_error_total', {}, 1);
    this.add('gitlab_runner_errors_total', { level: 'error' }, 2);
  }

  /** What it serves now. */
  metrics(): string {
    const all = [...this.values.values()];
    return printExposition(
      this.families.map((family) => ({
        ...family,
        samples: all.filter(({ name }) => belongsTo(name, family)),
      })),
    );
  }

  /** Looks for a job once, as it does at each interval. */
  look(): void {
    if (!this.isHealthy()) {
      this.add('gitlab_runner_worker_feed_failures_total', this.own(), 1);
      return;
    }
    this.add('gitlab_runner_worker_feeds_total', this.own(), 1);
    if (this.running >= Math.min(this.options.concurrent, this.options.limit || Number.POSITIVE_INFINITY))
      return;
    this.looks += 1;
    switch (this.gitlab) {
      case 'jobs':
        this.answered(true);
        if (this.looks % LOOKS_PER_JOB === 0) this.runJob();
        else this.request('request_job', 'post', 204);
        break;
      case 'refused':
        this.request('request_job', 'post', 403);
        this.answered(false);
        break;
      case 'broken':
        this.request('request_job', 'post', 500);
        this.answered(true);
        break;
      case 'nothing':
        // A request without an answer is not counted.
        this.answered(false);
    }
  }

  private isHealthy(): boolean {
    if (this.failedLooks < UNHEALTHY_LIMIT) return true;
    if (Date.now() - this.lastGoodLook <= this.options.unhealthyInterval) return false;
    this.answered(true);
    return true;
  }

  private answered(well: boolean): void {
    if (well) {
      this.failedLooks = 0;
      this.lastGoodLook = Date.now();
      return;
    }
    this.failedLooks += 1;
    this.add('gitlab_runner_worker_health_check_failures_total', this.own(), 1);
    this.add('gitlab_runner_errors_total', { level: 'error' }, 1);
  }

  private runJob(): void {
    this.request('request_job', 'post', 201);
    this.request('update_job', 'put', 200);
    this.add('gitlab_runner_jobs_total', this.own(), 1);
    this.observe(
      'gitlab_runner_job_queue_duration_seconds',
      { ...this.own(), project_jobs_running: '0' },
      4.2,
    );
    this.setRunning(this.running + 1);
    setTimeout(() => this.endJob(), this.options.jobDuration).unref();
  }

  private endJob(): void {
    this.setRunning(this.running - 1);
    const mode = { mode: 'traditional' };
    this.observe(
      'gitlab_runner_job_duration_seconds',
      { ...this.own(), ...mode },
      this.options.jobDuration / 1000,
    );
    if (!this.failsJobs) return;
    const { runner, runner_name } = this.own();
    const labels = { failure_reason: 'runner_system_failure', ...mode, runner, runner_name };
    this.add('gitlab_runner_failed_jobs_total', labels, 1);
  }

  private setRunning(count: number): void {
    this.running = count;
    const running = { executor_stage: 'run', stage: 'step_script', state: 'running' };
    this.set('gitlab_runner_jobs', { ...running, ...this.own() }, count);
  }

  private request(endpoint: string, method: string, status: number): void {
    const { runner, system_id } = this.own();
    const common = { endpoint, method, runner, system_id };
    this.add('gitlab_runner_api_request_statuses_total', { ...common, status: String(status) }, 1);
    this.observe(
      'gitlab_runner_api_request_duration_seconds',
      { ...common, status_class: `${Math.floor(status / 100)}xx` },
      0.05,
    );
  }

  private observe(name: string, labels: Labels, value: number): void {
    const recorded = this.families.find((family) => family.name === name)?.samples ?? [];
    const bounds = new Set(recorded.flatMap(({ labels: { le } }) => (le === undefined ? [] : [le])));
    for (const le of bounds)
      this.add(`${name}_bucket`, { ...labels, le }, value <= Number(le.replace('+Inf', 'Infinity')) ? 1 : 0);
    this.add(`${name}_sum`, labels, value);
    this.add(`${name}_count`, labels, 1);
  }

  private own(): Record<'runner' | 'runner_name' | 'system_id', string> {
    const { shortToken: runner, runnerName: runner_name, systemId: system_id } = this.options;
    return { runner, runner_name, system_id };
  }

  /** Labels of a recorded series, with the values of this manager. */
  private labelled(labels: Labels): Labels {
    const own: Labels = this.own();
    return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, own[key] ?? value]));
  }

  private set(name: string, labels: Labels, value: number): void {
    const sorted = Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    this.values.set(`${name}${JSON.stringify(sorted)}`, { name, labels: sorted, value });
  }

  private add(name: string, labels: Labels, by: number): void {
    const sorted = Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    const before = this.values.get(`${name}${JSON.stringify(sorted)}`)?.value ?? 0;
    this.set(name, sorted, before + by);
  }
}

function belongsTo(sample: string, { name, type }: MetricFamily): boolean {
  if (sample === name) return true;
  const parts = { histogram: ['_bucket', '_sum', '_count'], summary: ['_sum', '_count'] }[type] ?? [];
  return parts.some((part) => sample === `${name}${part}`);
}
