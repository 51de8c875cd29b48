import { cleansUpAfter, hasDeadline, isOfFleet, tooEarlyFor } from '../cluster/cleaned-runners';
import { allows, grantsOf } from '../cluster/grants';
import type { Manifest } from '../cluster/manifest';
import { namespaceOfJobs } from '../cluster/namespaces';
import { landing, type ObservedRunner, type Subject } from '../cluster/observe';
import { CLEANUP_TEMPLATE, isOfOneFleet, type PlacedCleanup } from '../cluster/orphan-cleanup';
import { formatRefusal } from '../cluster/placement';
import { forbiddenOf, podSecurityOf } from '../cluster/pod-security';
import { unknownNodesOf } from '../cluster/unknown-nodes';
import { CLEANUP_VARIABLES } from '../contract';
import { formatRight, type Right } from '../gitlab-runner/permissions';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';
import { rightsOf } from './powerful-rights';

const { finding, ...group } = ruleGroup(
  'orphan-cleanup',
  'The cleanup of orphaned job pods runs, deletes no pod of a running job, and may do nothing else.',
  {
    'too-early': 'the cleanup deletes pods of jobs that still run',
    'other-pods': 'the cleanup may delete pods that are not those of its fleet',
    'not-covered': 'the cleanup leaves orphaned pods of a runner',
    'never-runs': 'no pod of the cleanup ever runs',
    'missing-rights': 'the cleanup lacks rights that it needs',
    'excess-rights': 'the cleanup has rights that it does not need',
  },
);

const POD_SPEC = [...CLEANUP_TEMPLATE, 'spec'];
const CONTAINERS = [...POD_SPEC, 'containers'];

/** What it asks of the API server, in each namespace that it looks into. */
const NEEDED: readonly Right[] = ['list', 'delete'].map((verb) => ({ apiGroup: '', resource: 'pods', verb }));

/** Cleanups do what they are for, and nothing else. */
export const orphanCleanup: Check = {
  ...group,
  run: (subject) =>
    subject.cleanups.flatMap((cleanup) => [
      ...runnerFindings(cleanup, subject),
      ...selectorFindings(cleanup),
      ...runFindings(cleanup, subject),
      ...rightFindings(cleanup, subject.manifests),
    ]),
};

function runnerFindings(cleanup: PlacedCleanup, { runners }: Subject): Finding[] {
  const at = { manifest: cleanup.manifest, path: CONTAINERS };
  return runners.flatMap((runner): Finding[] => {
    if (runner.job === undefined) return [];
    const early = cleansUpAfter(cleanup, runner) ? tooEarlyFor(cleanup, runner) : undefined;
    if (early !== undefined) {
      const why = `it deletes pods of runner ${runner.name} whose jobs still run: ${early}`;
      const fix = 'render it again, or write as many seconds';
      return [finding('too-early', { severity: 'error', at, found: early, why, fix })];
    }
    if (cleansUpAfter(cleanup, runner)) return hasDeadline(runner) ? [] : [maybeEarly(cleanup, runner)];
    return isOfFleet(cleanup, runner) ? [leftOut(cleanup, runner)] : [];
  });
}

/** A project may give its jobs more time than the runner is meant to, and only GitLab knows whether it holds them to that. */
function maybeEarly(
  { manifest, longestJobSeconds: longest }: PlacedCleanup,
  runner: ObservedRunner,
): Finding {
  return finding('too-early', {
    severity: 'warning',
    at: { manifest, path: CONTAINERS },
    found: `${CLEANUP_VARIABLES.longestJob} is ${longest}, and job pods of runner ${runner.name} have no deadline of their own`,
    why: 'a job runs for as long as its project lets it, unless the maximum timeout of the runner in GitLab is less; the cleanup deletes pods that are older, also of jobs that still run',
    fix: 'leave FF_USE_POD_ACTIVE_DEADLINE_SECONDS on; otherwise see with npx runner-fleet gitlab status that GitLab has the maximum timeout, and silence this',
  });
}

function leftOut({ manifest, namespaces }: PlacedCleanup, runner: ObservedRunner): Finding {
  const namespace = namespaceOfJobs(runner);
  const isThere = namespaces.includes(namespace);
  return finding('not-covered', {
    severity: 'warning',
    at: { manifest, path: CONTAINERS },
    found: isThere ? `${CLEANUP_VARIABLES.selector} of other labels` : `no ${namespace}`,
    why: `${isThere ? 'job pods of' : `it does not look into ${namespace}, where jobs run of`} runner ${runner.name}${isThere ? ' do not have the labels that it asks for' : ''}: what a killed manager leaves there stays`,
    fix: isThere ? 'leave the labels of pod_labels as they are rendered' : 'render it again',
  });
}

function selectorFindings(cleanup: PlacedCleanup): Finding[] {
  if (isOfOneFleet(cleanup)) return [];
  const { manifest, selector } = cleanup;
  return [
    finding('other-pods', {
      severity: 'error',
      at: { manifest, path: CONTAINERS },
      found:
        selector === undefined
          ? `${CLEANUP_VARIABLES.selector} is not a list of labels`
          : `${CLEANUP_VARIABLES.selector} of ${[...selector.keys()].join(', ') || 'no label'}`,
      why: 'pods that are not job pods of this fleet may have these labels, and are deleted when they are old enough',
      fix: 'render it again: app.kubernetes.io/managed-by, app.kubernetes.io/part-of and gitlab-runner-fleet/runner name the job pods of one fleet',
    }),
  ];
}

function runFindings(cleanup: PlacedCleanup, subject: Subject): Finding[] {
  const { isSuspended, manifest, placed, pod } = cleanup;
  const base = { severity: 'error', fix: 'render it again, or correct the patch of CronJob' } as const;
  const at = (path: readonly (string | number)[]) => ({ manifest, path: [...path] });
  if (isSuspended) {
    const why = 'job pods that a killed manager leaves stay, and pending ones wait for a node indefinitely';
    const fix = 'remove it; to have no cleanup, write orphanCleanup: { enabled: false }';
    return [
      finding('never-runs', { severity: 'warning', at: at(['spec', 'suspend']), found: 'true', why, fix }),
    ];
  }
  const policy = podSecurityOf(pod.namespace, subject.manifests);
  const forbidden = policy === undefined ? [] : forbiddenOf(policy, { annotations: {}, spec: pod.spec });
  if (policy !== undefined && forbidden.length > 0) {
    const why = `namespace ${pod.namespace} enforces ${policy.level}: the API server refuses its pods`;
    return [finding('never-runs', { ...base, at: at(POD_SPEC), found: forbidden.join(', '), why })];
  }
  const refusals = placed.admission.refusals.map(({ reason }) => reason);
  if (refusals.length > 0) {
    const why = 'a LimitRange or a RuntimeClass refuses its pods';
    return [finding('never-runs', { ...base, at: at(POD_SPEC), found: refusals.join('; '), why })];
  }
  const { pools, manifests } = subject;
  const runs = placed.fargate !== undefined || landing(placed).length > 0;
  // Without pools, and on nodes of others, nothing is known, which lands says of the managers.
  if (runs || pools.length === 0 || unknownNodesOf(placed.pod, pools, manifests) !== undefined) return [];
  const reasons = placed.placements.map(
    ({ pool, refusal }) =>
      `${pool.name}: ${refusal === undefined ? 'no instance type' : formatRefusal(refusal)}`,
  );
  const why = `its pods stay pending indefinitely: ${reasons.slice(0, 6).join('; ')}`;
  return [finding('never-runs', { ...base, at: at(POD_SPEC), found: `no pool of ${pools.length}`, why })];
}

function rightFindings(cleanup: PlacedCleanup, manifests: readonly Manifest[]): Finding[] {
  const { account, manifest, namespaces } = cleanup;
  const grants = grantsOf(account, manifests).filter(({ isOfEveryone }) => !isOfEveryone);
  const lacking = namespaces.flatMap((namespace) => {
    const here = grants.filter(
      ({ binding }) => binding.kind === 'ClusterRoleBinding' || binding.namespace === namespace,
    );
    // What a role allows that is not here is not known.
    if (here.some(({ rules, isOpen }) => rules === undefined || isOpen)) return [];
    const rules = here.flatMap((grant) => grant.rules ?? []);
    return NEEDED.filter((right) => !allows(rules, right)).map(
      (right) => `${formatRight(right)} in ${namespace}`,
    );
  });
  return [
    ...(lacking.length === 0
      ? []
      : [
          finding('missing-rights', {
            severity: 'error',
            at: { manifest, path: [...POD_SPEC, 'serviceAccountName'] },
            found: `without ${lacking.join(', ')}`,
            why: `the API server refuses what ${account.name} asks for: orphaned job pods stay`,
            fix: 'render it again: a Role and a RoleBinding in each of its namespaces',
          }),
        ]),
    ...grants.flatMap(({ binding, role, roleName, rules = [] }) => {
      const isPlaced = binding.kind === 'RoleBinding' && namespaces.includes(binding.namespace ?? '');
      const excess = rightsOf(rules).filter(
        ({ apiGroup, resource, verb }) =>
          !(
            isPlaced &&
            NEEDED.some((one) => one.apiGroup === apiGroup && one.resource === resource && one.verb === verb)
          ),
      );
      if (excess.length === 0) return [];
      const where = isPlaced
        ? ''
        : binding.kind === 'RoleBinding'
          ? ` in ${binding.namespace}`
          : ' everywhere';
      return [
        finding('excess-rights', {
          severity: 'error',
          at:
            role && isPlaced
              ? { manifest: role, path: ['rules'] }
              : { manifest: binding, path: ['subjects'] },
          found: `${roleName}: ${excess.map(formatRight).join(', ')}${where}`,
          why: 'it lists and deletes job pods in its namespaces and needs nothing else: whoever takes its image over has these rights',
          fix: 'remove them',
        }),
      ];
    }),
  ];
}
