import { readFileSync, writeFileSync } from 'node:fs';
import { type BurstPlan, planBursts } from '../../lib/plan/burst';
import { subjectsOf } from './classes';

/** Writes the table of docs/scale.md: what the planner says of thousands of jobs of the class for a thousand. */
export const SCALE_PAGE = 'docs/scale.md';

const FOLDER = 'examples/thousand-jobs/dist';
const RUNNER = 'production-arm64-spot';
const JOBS = [5_000, 20_000, 100_000];

/** Instances that an account starts at once in a region, and then each second. */
const LAUNCHES = { atOnce: 1_000, eachSecond: 2 };
/** Connections at once through one address of a NAT gateway to one destination, and those that a job has open. */
const CONNECTIONS = { ofAddress: 55_000, ofJob: 2 };

/** Between two pieces of a log, unless the job is open in a browser: 3 then. */
const LOG_SECONDS = 60;

/** The page with the table between its markers. */
export function scalePage(page: string): string {
  const [subject] = subjectsOf(FOLDER);
  const plans = JOBS.map((jobs) => {
    const [plan] = planBursts(subject, { jobs, minutes: 5, requestSeconds: 0.5 }, RUNNER);
    return plan;
  });
  const cells = (text: (plan: BurstPlan) => string) => plans.map(text).join(' | ');
  const row = (name: string, text: (plan: BurstPlan) => string) => `| ${name} | ${cells(text)} |`;
  const table = [
    `| jobs at once | ${cells(({ question }) => count(question.jobs))} |`,
    `| --- |${' ---: |'.repeat(plans.length)}`,
    row('managers of 200 jobs', ({ question }) => count(Math.ceil(question.jobs / 200))),
    row('nodes', ({ machines }) => count(nodesOf(machines))),
    row('clusters, by their nodes and pods', (plan) => count(clustersOf(plan))),
    row('vCPUs of the quota', ({ vcpus }) => count(vcpus)),
    row('addresses', ({ addresses }) => count(addresses)),
    row('minutes until EC2 has started the nodes, in one account', ({ machines }) => minutes(machines)),
    row('addresses of NAT gateways', ({ question }) => count(natAddresses(question.jobs))),
    row('requests a second to the Kubernetes API, afterwards', (plan) => count(plan.apiRequestsPerSecond)),
    row('log requests a second to GitLab, for logs that are not open in a browser', ({ question }) =>
      count(question.jobs / LOG_SECONDS),
    ),
    row('USD an hour on demand', ({ usdPerHour }) => count(usdPerHour)),
  ].join('\n');
  return page.replace(
    /<!-- table -->\n[\s\S]*?<!-- \/table -->/,
    () => `<!-- table -->\n${table}\n<!-- /table -->`,
  );
}

function nodesOf(machines: BurstPlan['machines']): number {
  return machines.reduce((sum, machine) => sum + machine.count, 0);
}

function clustersOf({ terms, question }: BurstPlan): number {
  const size = terms.find(({ name }) => name === 'cluster size');
  return Math.ceil(question.jobs / (size?.allows ?? Number.NaN));
}

function minutes(machines: BurstPlan['machines']): string {
  const late = nodesOf(machines) - LAUNCHES.atOnce;
  return late <= 0 ? '0' : (late / LAUNCHES.eachSecond / 60).toFixed(0);
}

function natAddresses(jobs: number): number {
  return Math.ceil((jobs * CONNECTIONS.ofJob) / CONNECTIONS.ofAddress);
}

/** `100,000` */
function count(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}

if (require.main === module) writeFileSync(SCALE_PAGE, scalePage(readFileSync(SCALE_PAGE, 'utf8')));
