import type { NodePool } from '../../cluster/node-pools';
import type { Subject } from '../../cluster/observe';
import { DEDICATED_KEY } from '../../contract';
import { AUTO_INSTANCE_LABELS, COMPUTE_TYPE_LABEL, WELL_KNOWN_LABELS } from '../../karpenter/labels';
import { formatRequirement, has, type Requirement } from '../../karpenter/requirement';
import { pairedPools } from '../paired-pools';
import { type Comparison, type Impact, impact } from '../rule';
import { all } from './all-names';

/** What nodes are held to that keeps others off their machine, or out of their traffic. */
const GUARDS = ['instance-tenancy', 'instance-encryption-in-transit-supported', 'instance-hypervisor'];
/** Labels that no controller reads: those without a prefix, and our own. */
const OWN = /^(?:[^/]+|gitlab-runner-fleet\/.*)$/;

/** Pools whose nodes may be machines that were kept out, or get a label that others act on. */
export function requirementImpacts(comparison: Comparison): Impact[] {
  return pairedPools(comparison).flatMap(({ change, before, after }) => {
    if (!after) return [];
    const known = before ? [before] : peersOf(after, comparison.before);
    const parts = [...widened(known, after), ...(before ? relabelled(before, after) : [])];
    if (parts.length === 0) return [];
    const why = 'Nodes are held to the requirements of their pool, and get its labels.';
    return [
      impact('node-guards', 'security', change, `Nodes of the pool are held to less: ${all(parts)}.`, why),
    ];
  });
}

/** The pools that a new one is held to: those of the same pods. */
function peersOf({ requirements }: NodePool, { pools }: Subject): readonly NodePool[] {
  const kindOf = (one: NodePool['requirements']) => formatted(one.get(DEDICATED_KEY));
  const alike = pools.filter((pool) => kindOf(pool.requirements) === kindOf(requirements));
  return alike.length > 0 ? alike : pools;
}

/** @param before pools of which each has the guard, for a new one to lack it */
function widened(before: readonly NodePool[], after: NodePool): readonly string[] {
  return GUARDS.flatMap((label) => {
    const olds = before.map((pool) => pool.requirements.get(keyOn(pool, label)));
    const key = keyOn(after, label);
    const now = after.requirements.get(key);
    const [first] = olds;
    if (first === undefined || !olds.every((old) => old !== undefined && isWider(now, old))) return [];
    return [`${key} is ${formatted(now)}, before ${formatted(first)}`];
  });
}

/** What a label of machines is called on nodes of a pool. */
function keyOn({ isAutoMode }: NodePool, label: string): string {
  return `${isAutoMode ? 'eks.amazonaws.com' : 'karpenter.k8s.aws'}/${label}`;
}

function isWider(now: Requirement | undefined, old: Requirement): boolean {
  if (now === undefined) return true;
  if (!now.complement) return [...now.values].some((value) => !has(old, value));
  return formatRequirement(now) !== formatRequirement(old);
}

/** Requirements about labels that no machine has: they become labels of the nodes. */
function relabelled(before: NodePool, after: NodePool): readonly string[] {
  const keys = new Set([before, after].flatMap(({ expressions }) => expressions.map(({ key }) => key)));
  return [...keys]
    .filter((key) => !OWN.test(key) && !isOfMachine(key))
    .flatMap((key) => {
      const [old, now] = [before, after].map(({ requirements }) => formatted(requirements.get(key)));
      return old === now ? [] : [`${key} is ${now}, before ${old}`];
    });
}

function isOfMachine(key: string): boolean {
  return WELL_KNOWN_LABELS.has(key) || (AUTO_INSTANCE_LABELS.has(key) && key !== COMPUTE_TYPE_LABEL);
}

function formatted(requirement: Requirement | undefined): string {
  return requirement === undefined ? 'not required' : formatRequirement(requirement);
}
