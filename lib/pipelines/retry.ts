import type { PipelineJob } from './job';
import { type CiNode, keyOf, textOf, textsIn } from './node';
import type { Offer } from './offer';
import { type PipelineProblem, problem } from './problem';

/** Failures that the loss of a node looks like, and that no script causes. */
export const SPOT_FAILURES = ['runner_system_failure', 'stuck_or_timeout_failure'] as const;
/** The one that matters: the pod is gone. A retry without a condition has it, too. */
const NODE_GONE = 'runner_system_failure';

interface Retry {
  readonly max: number;
  readonly when: readonly string[];
  /** Exit codes of the script; empty where it names none. */
  readonly exitCodes: readonly string[];
}

/** Undefined for what can't be read, which GitLab refuses itself. */
function retryOf(node: CiNode | undefined): Retry | undefined {
  if (node === undefined) return { max: 0, when: [], exitCodes: [] };
  const plain = textOf(node);
  if (plain !== undefined)
    return /^[0-2]$/.test(plain) ? { max: Number(plain), when: ['always'], exitCodes: [] } : undefined;
  if (node.kind !== 'table') return undefined;
  const when = textsIn(keyOf(node, 'when'));
  // Without max nothing is retried. @see lib/gitlab/ci/build/auto_retry.rb of GitLab, options_retry_max
  const max = Number(textOf(keyOf(node, 'max')) ?? 0);
  const exitCodes = textsIn(keyOf(node, 'exit_codes'));
  // Exit codes without when: GitLab retries nothing else. @see options_retry_when there
  return { max, exitCodes, when: when.length > 0 || exitCodes.length > 0 ? when : ['always'] };
}

function foundRetry({ max, when, exitCodes }: Retry): string {
  if (max === 0) return 'a retry without max, or of 0';
  const codes = exitCodes.length > 0 ? [`exit codes ${exitCodes.join(', ')}`] : [];
  return `retry for ${[...when, ...codes].join(', ')}`;
}

/** A job on Spot that is not started again, and one whose failing script is. */
export function retryProblems(job: PipelineJob, offers: readonly Offer[]): readonly PipelineProblem[] {
  const onSpot = offers.filter(({ capacity }) => capacity?.startsWith('Spot'));
  const retry = job.isCertain('retry') ? retryOf(job.retry) : undefined;
  if (onSpot.length === 0 || retry === undefined) return [];
  const covers = retry.max > 0 && (retry.when.includes('always') || retry.when.includes(NODE_GONE));
  const at = job.retry?.at ?? job.at;
  const where = job.takesDefault('retry')
    ? 'once in default'
    : 'in the job, which does not inherit it from default';
  const fix = `write retry: { max: 2, when: [${SPOT_FAILURES.join(', ')}] }, ${where}`;
  if (!covers)
    return [
      problem(
        'spot-retry',
        'warning',
        at,
        {
          found: job.retry === undefined ? 'no retry' : foundRetry(retry),
          why: 'it may run on Spot: if AWS reclaims the node, the job fails and is not retried',
          fix,
        },
        { jobs: [job.name] },
      ),
    ];
  const repeats = retry.when.includes('always') || retry.when.includes('script_failure');
  if (!repeats) return [];
  return [
    problem(
      'retry-scripts',
      'warning',
      at,
      {
        found: retry.when.includes('always') ? 'retry for every failure' : 'retry for script_failure',
        why: 'a failing script runs again, which costs its time again and hides flaky tests',
        fix,
      },
      { jobs: [job.name] },
    ),
  ];
}
