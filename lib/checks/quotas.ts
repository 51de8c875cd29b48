import { show } from '../cluster/admission';
import { displayName, type Manifest } from '../cluster/manifest';
import { namespacesOf } from '../cluster/namespaces';
import type { Subject } from '../cluster/observe';
import { ofKind } from '../cluster/of-kind';
import {
  type Counted,
  countedPods,
  type Member,
  membersOf,
  overOf,
  type Shortage,
  secretShortages,
  surgeOf,
} from '../cluster/quota-members';
import { objectShortages } from '../cluster/quota-objects';
import { hasPodLevel, type Quota, unsetOf } from '../cluster/quotas';
import { ADMITTED_RULES } from './admitted-rules';
import type { Finding } from './finding';

const { finding } = ADMITTED_RULES;

/** What ResourceQuotas refuse: a job over the quota fails, it doesn't wait. */
export function quotaFindings(subject: Subject): Finding[] {
  const quotas = ofKind(subject.manifests, 'ResourceQuota');
  if (quotas.length === 0) return [];
  const usual = countedPods(subject, 'job');
  const largest = countedPods(subject, 'largestJob');
  const namespaces = new Set(subject.runners.flatMap(namespacesOf));
  return quotas.flatMap((manifest) => {
    const members = membersOf(manifest, usual, subject);
    const unset = members
      .filter(({ pod }) => !pod.holdsRoom)
      .flatMap(({ pod, quota }) => unsetFindings(pod, quota));
    if (unset.length > 0) return unset;
    const services = members
      .filter(({ pod }) => !pod.holdsRoom)
      .flatMap(({ pod, quota }) => serviceFindings(pod, quota, subject));
    const secrets = secretFindings(manifest, members);
    const used = [...sumFindings(members, 'quota'), ...managerSumFindings(members)];
    const ceilings = () => sumFindings(membersOf(manifest, largest, subject), 'quota-ceilings');
    const objects = namespaces.has(manifest.namespace ?? 'default') ? objectFindings(manifest, subject) : [];
    return [...services, ...secrets, ...objects, ...(used.length > 0 ? used : ceilings())];
  });
}

/** Keys of the config that set what a quota asks for. */
const KEYS: Readonly<Record<string, string>> = {
  cpu: 'cpu_request',
  memory: 'memory_request',
  'requests.cpu': 'cpu_request',
  'requests.memory': 'memory_request',
  'limits.cpu': 'cpu_limit',
  'limits.memory': 'memory_limit',
};

function unsetFindings({ what, spec, at, runner }: Counted, quota: Quota): Finding[] {
  const unset = [...unsetOf(spec, quota)];
  if (unset.length === 0) return [];
  const keys = [...new Set(unset.flatMap(([name, containers]) => containers.map((one) => keyOf(name, one))))];
  const name = displayName(quota.manifest);
  const result = runner === undefined ? 'no manager starts' : 'every job fails';
  return [
    finding('quota-unset', {
      severity: 'error',
      at,
      found: unset.map(([resource, containers]) => `no ${resource} for ${containers.join(', ')}`).join('; '),
      why: `${name} counts ${unset.map(([resource]) => resource).join(', ')}, and then every container must set it: the API server refuses the ${what}, and ${result}`,
      fix: `set ${runner === undefined ? 'them' : keys.join(', ')}, or give the namespace a LimitRange with defaults`,
    }),
  ];
}

function keyOf(resource: string, container: string): string {
  if (container === 'helper' || container === 'init-permissions') return `helper_${KEYS[resource]}`;
  return container === 'build' ? KEYS[resource] : `service_${KEYS[resource]}`;
}

/** Jobs may bring services, whose containers must set the same. */
function serviceFindings({ spec, at, runner }: Counted, quota: Quota, { manifests }: Subject): Finding[] {
  if (runner === undefined) return [];
  const own = runner.table.kubernetes as Readonly<Record<string, unknown>>;
  const hasDefaults = ofKind(manifests, 'LimitRange').some(
    ({ namespace }) => (namespace ?? 'default') === spec.namespace,
  );
  const isCounted = ([name]: [string, string]) => quota.hard[name] !== undefined;
  const unset = Object.entries(KEYS)
    .filter(isCounted)
    .map(([, key]) => `service_${key}`)
    .filter((key) => !own[key] && !own[key.replace('_request', '_limit')]);
  if (unset.length === 0 || hasDefaults || hasPodLevel(spec)) return [];
  return [
    finding('quota-services', {
      severity: 'warning',
      at,
      found: `no ${[...new Set(unset)].join(', ')}`,
      why: `${displayName(quota.manifest)} counts it, and then every container must set it: the API server refuses the pods of jobs with services, and these jobs fail`,
      fix: `set ${[...new Set(unset)].join(', ')}`,
    }),
  ];
}

function sumFindings(members: readonly Member[], rule: 'quota' | 'quota-ceilings'): Finding[] {
  const [first] = members;
  const jobs = members.filter(({ pod }) => pod.runner !== undefined && !pod.holdsRoom);
  if (first === undefined || jobs.length === 0) return [];
  const { manifest } = first.quota;
  const over = overOf(members);
  if (over.length === 0) return [];
  const count = jobs.reduce((sum, { pod }) => sum + pod.count, 0);
  const names = [...new Set(jobs.map(({ pod }) => pod.runner?.name))].join(', ');
  const held = members.some(({ pod }) => pod.holdsRoom) ? ' with the pause pods' : '';
  const who = `${rule === 'quota' ? names : `${names}, each at its ceilings,`}${held}`;
  return [
    finding(rule, {
      severity: rule === 'quota' ? 'error' : 'warning',
      at: { manifest, path: ['spec', 'hard', over[0].name] },
      found: over.map(({ name, most }) => `${name} ${show(name, most)}`).join(', '),
      why: `${count} jobs at once of ${who} come to ${over.map(({ name, needed }) => `${show(name, needed)} of ${name}`).join(', ')}: the API server refuses what is above the quota, and these jobs fail instead of waiting`,
      fix: `raise ${over.map(({ name, needed }) => `${name} to ${show(name, needed)}`).join(', ')}, or lower the concurrency`,
    }),
  ];
}

/** Managers in a namespace without jobs. Beside jobs they are part of the sum of these. */
function managerSumFindings(members: readonly Member[]): Finding[] {
  if (members.some(({ pod }) => pod.runner !== undefined)) return [];
  const over = overOf(members);
  if (over.length === 0) return surgeFindings(members);
  const count = members.reduce((sum, { pod }) => sum + pod.count, 0);
  return [
    overFinding('quota', members[0].quota.manifest, over, {
      why: `${count === 1 ? 'the manager comes' : `${count} pods of managers come`} to ${formatNeeds(over)}: the API server refuses pods above the quota, and these managers don't run`,
    }),
  ];
}

/** A manager is replaced by one that starts first: with no room for it, the roll-out never goes on. */
function surgeFindings(members: readonly Member[]): Finding[] {
  const over = overOf([...members, ...surgeOf(members)]);
  if (over.length === 0) return [];
  return [
    overFinding('quota-surge', members[0].quota.manifest, over, {
      why: `with one more manager, which starts before the one that it replaces ends, they come to ${formatNeeds(over)}: the API server refuses it, and no roll-out goes on`,
    }),
  ];
}

/** Counts of objects: what is above them is refused when it is applied, or when a controller makes it. */
function objectFindings(manifest: Manifest, { manifests }: Subject): Finding[] {
  const over = objectShortages(manifest, manifests);
  if (over.length === 0) return [];
  return [
    overFinding('quota-objects', manifest, over, {
      why: `what is here comes to ${formatNeeds(over)}, with the Secrets that are made of sealed ones and two ReplicaSets of each Deployment during a roll-out: the API server refuses what is above the quota`,
    }),
  ];
}

function overFinding(
  rule: 'quota' | 'quota-surge' | 'quota-objects',
  manifest: Manifest,
  over: readonly Shortage[],
  { why }: { readonly why: string },
): Finding {
  return finding(rule, {
    severity: 'error',
    at: { manifest, path: ['spec', 'hard', over[0].name] },
    found: over.map(({ name, most }) => `${name} ${show(name, most)}`).join(', '),
    why,
    fix: `raise ${over.map(({ name, needed }) => `${name} to ${show(name, needed)}`).join(', ')}`,
  });
}

function formatNeeds(over: readonly Shortage[]): string {
  return over.map(({ name, needed }) => `${show(name, needed)} of ${name}`).join(', ');
}

/** Secrets that the executor makes for jobs. */
function secretFindings(manifest: Manifest, members: readonly Member[]): Finding[] {
  return secretShortages(members).map(({ name, most, needed }) =>
    finding('quota-secrets', {
      severity: 'warning',
      at: { manifest, path: ['spec', 'hard', name] },
      found: `${name} ${show(name, most)}`,
      why: `the executor makes a Secret for each job that has credentials of a registry, which GitLab sends along where it has one, and ${show(name, needed)} jobs run at once: those above the quota fail`,
      fix: `raise ${name} to ${show(name, needed)} and what else is in the namespace, or lower the concurrency`,
    }),
  );
}
