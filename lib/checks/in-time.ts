import { graceSeconds } from '../cluster/grace';
import { longestJobSeconds, maximumTimeoutSeconds } from '../cluster/longest-job';
import { landing, type ObservedRunner, type Subject } from '../cluster/observe';
import { isRenderedObject } from '../cluster/rendered-object';
import { preStopSeconds } from '../cluster/stop-signals';
import { TIMEOUT_ANNOTATION } from '../contract';
import { nodeLife } from '../karpenter/node-life';
import { formatDuration, parseDuration } from '../values/duration';
import { at, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { type Check, ruleGroup } from './check';
import { consolidates, EXPIRY_RULES, endlessBudgets, expiryProblems, isProtected } from './expiry';
import type { Finding } from './finding';
import { budgetProblems, severalBudgets } from './manager-budgets';
import { stopSignalFindings } from './stop-signal';

/** A node is launched, joins, becomes Ready and pulls an image in about this time. */
const NODE_START_SECONDS = 180;

/** What protected pods before Karpenter v1. */
const OLD_PROTECTIONS = ['karpenter.sh/do-not-evict', 'karpenter.sh/do-not-consolidate'];

const { finding, ...group } = ruleGroup(
  'in-time',
  'Whatever ends managers, nodes or pods waits for the jobs on them.',
  {
    'unknown-timeout': 'a rendered manager does not say how long its jobs may take',
    grace: 'managers are killed before their jobs are done',
    'stop-signal': 'a manager that may fail its jobs when it is replaced',
    'shutdown-timeout': 'a forced stop takes longer than the pod lives',
    'poll-timeout': 'jobs fail before a node has started for them',
    'old-protection': 'job pods have the protection of a Karpenter before v1',
    'no-protection': 'job pods are not protected from disruption',
    'unread-protection': 'a protection that Karpenter does not understand',
    'short-protection': 'a protection that ends before the longest job',
    'pod-deadline': 'job pods are ended before the longest job is done',
    'node-grace': 'nodes cut off what drains on them',
    ...EXPIRY_RULES,
    'manager-budget': 'a PodDisruptionBudget never lets a manager be evicted',
    'several-budgets': 'several PodDisruptionBudgets select a manager, so that nothing can evict it',
  },
);

/** Running jobs survive rollouts, drift and expiry, and waiting ones the start of a node. */
export const inTime: Check = {
  ...group,
  run: (subject) => [
    ...subject.runners.flatMap((runner) => [
      ...timeoutFindings(runner),
      ...graceFindings(runner),
      ...stopSignalFindings(runner, subject.manifests).map((one) => finding('stop-signal', one)),
      ...shutdownFindings(runner),
      ...pollFindings(runner, subject),
      ...protectionFindings(runner, subject),
      ...deadlineFindings(runner),
      ...nodeFindings(runner),
    ]),
    ...expiryProblems(subject).map(([what, problem]) => finding(what, problem)),
    ...budgetFindings(subject),
    ...severalBudgets(subject.runners, subject.manifests).map((problem) =>
      finding('several-budgets', { severity: 'error', ...problem }),
    ),
  ],
};

/** A budget that holds a node without an end is an error of its own. */
function budgetFindings(subject: Subject): Finding[] {
  const told = endlessBudgets(subject);
  return budgetProblems(subject.runners, subject.manifests)
    .filter(({ at }) => !told.has(at.manifest))
    .map((problem) => finding('manager-budget', { severity: 'warning', ...problem }));
}

/** What `synth` renders says it always: without it, all that waits for jobs is compared with an hour. */
function timeoutFindings({ manager, config }: ObservedRunner): Finding[] {
  if (!manager || maximumTimeoutSeconds(manager) !== undefined) return [];
  if (![manager, config.manifest].some(isRenderedObject)) return [];
  const found = textOf(at(manager.body, ['metadata', 'annotations', TIMEOUT_ANNOTATION]));
  return [
    finding('unknown-timeout', {
      severity: 'error',
      at: { manifest: manager, path: ['metadata', 'annotations', TIMEOUT_ANNOTATION] },
      found: found ?? 'no such annotation',
      why: 'what waits for its jobs is compared with an hour, and the runner in GitLab may allow more',
      fix: 'write the maximum timeout of the runner in GitLab, in seconds: npm run synth does',
    }),
  ];
}

function graceFindings(runner: ObservedRunner): Finding[] {
  const grace = graceSeconds(runner.managerPod);
  const longest = longestJobSeconds(runner.manager);
  // The sleep of a hook is taken off the time for jobs.
  const slept = Math.max(
    0,
    ...listOf(runner.managerPod.containers).map((one) => preStopSeconds(fieldsOf(one))),
  );
  if (!runner.manager || grace - slept >= longest) return [];
  const hook = slept > 0 ? `, ${formatDuration(slept)} of which its preStop hook sleeps` : '';
  return [
    finding('grace', {
      severity: 'error',
      at: { manifest: runner.manager, path: ['spec', 'template', 'spec', 'terminationGracePeriodSeconds'] },
      found: `${grace}`,
      why: `a manager that is replaced is killed after ${formatDuration(grace)}${hook}; jobs may take ${formatDuration(longest)}, and the longer ones are lost`,
      fix: `write the longest job and a margin, at least ${longest + slept}`,
    }),
  ];
}

function shutdownFindings(runner: ObservedRunner): Finding[] {
  const shutdown = Number(runner.config.parsed?.shutdown_timeout ?? 0) || 30;
  const grace = graceSeconds(runner.managerPod);
  const isSet = Number(runner.config.parsed?.shutdown_timeout ?? 0) > 0;
  // The default that exceeds a grace period of its own default is one cause, and `grace` has found it.
  if (!runner.manager || shutdown < grace || (!isSet && graceFindings(runner).length > 0)) return [];
  return [
    finding('shutdown-timeout', {
      severity: 'error',
      at: { manifest: runner.config.manifest, path: runner.config.path, within: 'shutdown_timeout' },
      found: `${shutdown}`,
      why: `a forced stop would take ${shutdown} s and the pod is killed after ${grace} s, before its jobs are reported`,
      fix: 'lower shutdown_timeout, or raise terminationGracePeriodSeconds',
    }),
  ];
}

function pollFindings(runner: ObservedRunner, { pools }: Subject): Finding[] {
  const timeout = Number(runner.table.kubernetes.poll_timeout ?? 180) || 180;
  if (timeout > NODE_START_SECONDS || !runner.job) return [];
  return [
    finding('poll-timeout', {
      // Without a pool, nothing here says that nodes are started for jobs at all.
      severity: pools.length === 0 ? 'note' : 'warning',
      at: {
        manifest: runner.config.manifest,
        path: runner.config.path,
        within: `runners[${runner.index}].kubernetes.poll_timeout`,
      },
      found: `${timeout}`,
      why: 'a job fails when its pod does not run within this time, and a node takes about as long to start',
      fix: 'write 600',
    }),
  ];
}

/** A patch that ends pods; what the executor sets itself follows the timeout of the job. */
function deadlineFindings({ job, table, manager, config, index }: ObservedRunner): Finding[] {
  const patches = table.kubernetes.pod_spec ?? [];
  const seconds = Number(fieldsOf(job?.spec).activeDeadlineSeconds);
  const longest = longestJobSeconds(manager);
  const isPatched = patches.some((one) => JSON.stringify(one).includes('activeDeadlineSeconds'));
  if (!isPatched || !(seconds < longest)) return [];
  return [
    finding('pod-deadline', {
      severity: 'error',
      at: {
        manifest: config.manifest,
        path: config.path,
        within: `runners[${index}].kubernetes.pod_spec`,
      },
      found: `activeDeadlineSeconds ${seconds}`,
      why: `the kubelet ends the pod after ${formatDuration(seconds)}, pulls of images included; jobs may take ${formatDuration(longest)}, and the longer ones fail`,
      fix: 'remove it: with FF_USE_POD_ACTIVE_DEADLINE_SECONDS the executor sets it by the timeout of each job',
    }),
  ];
}

function protectionFindings(runner: ObservedRunner, subject: Subject): Finding[] {
  const annotations = textsOf(runner.table.kubernetes.pod_annotations);
  const value = annotations['karpenter.sh/do-not-disrupt'];
  const fault =
    value === undefined
      ? unprotected(runner, annotations, subject)
      : valueFault(value, longestJobSeconds(runner.manager));
  if (!fault) return [];
  const { manifest, path } = runner.config;
  const within = `runners[${runner.index}].kubernetes.pod_annotations`;
  const [what, problem] = fault;
  return [finding(what, { at: { manifest, path, within }, ...problem })];
}

type ProtectionFault = readonly [
  what: 'old-protection' | 'no-protection' | 'unread-protection' | 'short-protection',
  Pick<Finding, 'severity' | 'found' | 'why' | 'fix'>,
];

function unprotected(
  runner: ObservedRunner,
  annotations: Readonly<Record<string, string>>,
  subject: Subject,
): ProtectionFault | undefined {
  const fix = 'annotate job pods with karpenter.sh/do-not-disrupt = "true"';
  const old = OLD_PROTECTIONS.find((key) => key in annotations);
  if (old) {
    const why = `Karpenter v1 does not know ${old}: running jobs are evicted`;
    return [
      'old-protection',
      { severity: 'error', found: old, why, fix: 'write karpenter.sh/do-not-disrupt = "true"' },
    ];
  }
  const pools = landing(runner.job).map(({ pool }) => pool);
  if (pools.length === 0 || isProtected(runner, subject)) return undefined;
  const consolidating = pools.find(consolidates);
  const by = consolidating ? `consolidation of ${consolidating.name} evicts` : 'drift and drains evict';
  const why = `${by} running jobs, and nothing starts them again`;
  return [
    'no-protection',
    { severity: consolidating ? 'error' : 'warning', found: 'no protection', why, fix },
  ];
}

function valueFault(value: string, longest: number): ProtectionFault | undefined {
  const seconds = parseDuration(value);
  if (value === 'true' || (seconds !== undefined && seconds >= longest)) return undefined;
  const why =
    seconds === undefined
      ? 'Karpenter takes exactly "true" or a duration and ignores anything else'
      : `longer jobs are unprotected after ${formatDuration(seconds)}, and evicted by drift and consolidation`;
  const what = seconds === undefined ? 'unread-protection' : 'short-protection';
  return [what, { severity: 'error', found: value, why, fix: 'write "true", or the longest job' }];
}

function nodeFindings(runner: ObservedRunner): Finding[] {
  const grace = graceSeconds(runner.managerPod);
  const pools = new Set([...landing(runner.job), ...landing(runner.managerPlaced)].map(({ pool }) => pool));
  return [...pools].flatMap((pool) => {
    const text = nodeLife(pool.template).terminationGracePeriod;
    const seconds = text === undefined ? undefined : parseDuration(text);
    if (!runner.manager || seconds === undefined || seconds >= grace) return [];
    return [
      finding('node-grace', {
        severity: 'error',
        at: { manifest: pool.manifest, path: ['spec', 'template', 'spec', 'terminationGracePeriod'] },
        found: textOf(pool.template.terminationGracePeriod) ?? `none, so ${text}`,
        why: `a node that goes cuts off what drains for ${formatDuration(grace)}, the manager of runner ${runner.name} or its jobs`,
        fix: `raise it to at least ${formatDuration(grace)}`,
      }),
    ];
  });
}
