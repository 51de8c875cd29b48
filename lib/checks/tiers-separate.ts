import type { Subject } from '../cluster/observe';
import { fleetOf, type SharedKind, type SharedThing, sharedBetweenFleets } from '../cluster/tiers';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';

const { finding, ...group } = ruleGroup(
  'tiers-separate',
  'Fleets of one cluster share no node, namespace, cache, service account or token.',
  {
    nodes: 'two fleets share a pool',
    namespace: 'two fleets share a namespace',
    cache: 'two fleets share a cache',
    'service-account': 'two fleets share a service account',
    role: 'jobs of two fleets share a role in AWS',
    token: 'two fleets share the Secret of a token',
  },
);

/** Fleets of one cluster are tiers of trust, which share nothing that a job could reach another tier by. */
export const tiersSeparate: Check = {
  ...group,
  run: (subject) => KINDS.flatMap((kind) => sharedFindings(subject, kind)),
};

interface Shareable {
  readonly rule: SharedKind;
  readonly name: string;
  /** Where a runner says it. */
  readonly within?: string;
  readonly why: string;
  readonly fix: string;
}

const KINDS: readonly Shareable[] = [
  {
    rule: 'nodes',
    name: 'nodes',
    within: 'kubernetes.node_selector',
    why: 'a job that breaks out of its container has the pods of the other fleet on its node',
    fix: 'give the fleets different prefixes, so that each has pools and taints of its own',
  },
  {
    rule: 'namespace',
    name: 'namespace',
    within: 'kubernetes.namespace',
    why: 'managers and jobs of one fleet can read Secrets and reach pods of the other',
    fix: 'give the fleets different prefixes, or name a namespace for each',
  },
  {
    rule: 'cache',
    name: 'cache',
    within: 'cache',
    why: 'whoever writes a cache can change what a job of the other fleet runs, and a prefix alone parts nothing',
    fix: 'give each fleet a bucket of its own, or silence this with the policy that parts the prefixes',
  },
  {
    rule: 'service-account',
    name: 'service account',
    within: 'kubernetes.service_account',
    why: 'rights in the cluster and in AWS follow the service account',
    fix: 'give each its own',
  },
  {
    rule: 'role',
    name: 'IAM role',
    within: 'kubernetes.service_account',
    why: 'a job of either fleet does in AWS what the other one may',
    fix: 'give the jobs of each fleet a role of their own',
  },
  {
    rule: 'token',
    name: 'token',
    why: 'jobs of the two fleets are then one runner to GitLab, protected or not',
    fix: 'seal a token for each runner',
  },
];

function sharedFindings(subject: Subject, kind: Shareable): Finding[] {
  return sharedBetweenFleets(subject, kind.rule).map((shared) => findingOf(kind, shared));
}

function findingOf(kind: Shareable, { value, runner, owner }: SharedThing): Finding {
  const { config, index } = runner;
  return finding(kind.rule, {
    severity: 'error',
    at: {
      manifest: config.manifest,
      path: config.path,
      within: kind.within && `runners[${index}].${kind.within}`,
    },
    found: `${kind.name} ${value}`,
    why: `${owner.name} of fleet ${fleetOf(owner)} and ${runner.name} of fleet ${fleetOf(runner)} share it: ${kind.why}`,
    fix: kind.fix,
  });
}
