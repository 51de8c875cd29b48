import type { ObservedRunner, Subject } from '../cluster/observe';
import { landing } from '../cluster/observe';
import { at, fieldsOf, listOf, textOf } from '../values/record';
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
    token: 'two fleets share the Secret of a token',
  },
);

/** Fleets of one cluster are tiers of trust, which share nothing that a job could reach another tier by. */
export const tiersSeparate: Check = {
  ...group,
  run: (subject) => KINDS.flatMap((kind) => sharedFindings(subject, kind)),
};

/** The fleets that the runners belong to, sorted; a runner that names none is of no fleet. */
export function fleetsOf({ runners }: Subject): readonly string[] {
  return [...new Set(runners.flatMap((runner) => fleetOf(runner) ?? []))].sort();
}

interface Shareable {
  readonly rule: 'nodes' | 'namespace' | 'cache' | 'service-account' | 'token';
  readonly name: string;
  /** What runners of two fleets must not have in common. */
  readonly of: (runner: ObservedRunner) => string | readonly string[];
  /** Where a runner says it. */
  readonly within?: string;
  readonly why: string;
  readonly fix: string;
}

const KINDS: readonly Shareable[] = [
  {
    rule: 'nodes',
    name: 'nodes',
    of: ({ job, largestJob, managerPlaced }) =>
      [job, largestJob, managerPlaced].flatMap((placed) => landing(placed).map(({ pool }) => pool.name)),
    within: 'kubernetes.node_selector',
    why: 'a job that breaks out of its container has the pods of the other fleet on its node',
    fix: 'give the fleets different prefixes, so that each has pools and taints of its own',
  },
  {
    rule: 'namespace',
    name: 'namespace',
    of: ({ table, config }) => [table.kubernetes.namespace ?? 'default', config.manifest.namespace ?? ''],
    within: 'kubernetes.namespace',
    why: 'managers and jobs of one fleet can read Secrets and reach pods of the other',
    fix: 'give the fleets different prefixes, or name a namespace for each',
  },
  {
    rule: 'cache',
    name: 'cache',
    of: ({ table: { cache } }) =>
      cache?.s3?.BucketName ?? cache?.gcs?.BucketName ?? cache?.azure?.ContainerName ?? [],
    within: 'cache',
    why: 'whoever writes a cache can change what a job of the other fleet runs, and a prefix alone parts nothing',
    fix: 'give each fleet a bucket of its own, or silence this with the policy that parts the prefixes',
  },
  {
    rule: 'service-account',
    name: 'service account',
    of: ({ manager, managerPod, table }) => [
      ...(manager ? [`${manager.namespace}/${textOf(managerPod.serviceAccountName) ?? 'default'}`] : []),
      ...(table.kubernetes.service_account
        ? [`${table.kubernetes.namespace ?? 'default'}/${table.kubernetes.service_account}`]
        : []),
    ],
    within: 'kubernetes.service_account',
    why: 'rights in the cluster and in AWS follow the service account',
    fix: 'give each its own',
  },
  {
    rule: 'token',
    name: 'token',
    of: ({ manager, managerPod }) => secretsOf(managerPod).map((name) => `${manager?.namespace}/${name}`),
    why: 'jobs of the two fleets are then one runner to GitLab, protected or not',
    fix: 'seal a token for each runner',
  },
];

function sharedFindings({ runners }: Subject, kind: Shareable): Finding[] {
  const owners = new Map<string, ObservedRunner>();
  const told = new Set<string>();
  return runners.flatMap((runner) => {
    const fleet = fleetOf(runner);
    if (fleet === undefined) return [];
    return [...new Set([kind.of(runner)].flat())].flatMap((value) => {
      const owner = owners.get(value) ?? runner;
      owners.set(value, owner);
      const pair = `${fleetOf(owner)} ${fleet} ${value}`;
      if (fleetOf(owner) === fleet || told.has(pair)) return [];
      told.add(pair);
      return [findingOf(kind, value, runner, owner)];
    });
  });
}

function findingOf(kind: Shareable, value: string, runner: ObservedRunner, owner: ObservedRunner): Finding {
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

/** The fleet that rendered a runner: a label of its ConfigMap, where this project's own stands beside it. */
function fleetOf({ config }: ObservedRunner): string | undefined {
  const labels = fieldsOf(at(config.manifest.body, ['metadata', 'labels']));
  return labels['gitlab-runner-fleet/runner'] === undefined
    ? undefined
    : textOf(labels['app.kubernetes.io/part-of']);
}

function secretsOf(pod: ObservedRunner['managerPod']): readonly string[] {
  return listOf(pod.containers).flatMap((container) =>
    listOf(fieldsOf(container).env).flatMap(
      (one) => textOf(at(one, ['valueFrom', 'secretKeyRef', 'name'])) ?? [],
    ),
  );
}
