import type { ObservedRunner } from '../cluster/observe';
import { coveringTags, type RegisteredRunner, registeredRunner } from '../cluster/registered-runner';
import { fleetOf } from '../cluster/tiers';
import { TAGS_ANNOTATION } from '../contract';
import { fieldsOf, listOf, textOf } from '../values/record';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';

const { finding, ...group } = ruleGroup(
  'tags',
  'Jobs of a plain runner land on none that costs more, may do more or is of another tier.',
  {
    devices: 'jobs of a plain runner may take the place of those that need a device',
    rights: 'jobs of a plain runner may land where jobs may do more',
    tier: 'jobs of a plain runner may land in another tier of trust',
    size: 'jobs of a plain runner may land where each job takes more',
  },
);

/** GitLab gives a job to any runner that has all of its tags, whatever else that runner has. */
export const tags: Check = {
  ...group,
  run: ({ runners }) => {
    const known = distinct(runners.map(asCandidate));
    return known.flatMap((special) => {
      const covered = known.filter((other) => other !== special && covers(special, other));
      return ASPECTS.flatMap((aspect) => {
        const plain = covered.filter((other) => aspect.isMore(special, other));
        return plain.length === 0 ? [] : [findingOf(aspect, special, plain)];
      });
    });
  },
};

/** A runner with what decides whose jobs it takes. */
interface Candidate extends RegisteredRunner {
  readonly runner: ObservedRunner;
  readonly fleet: string | undefined;
  readonly order: number;
  /** Devices that each job holds. */
  readonly devices: readonly string[];
  /** What its jobs may do that is not for every job. */
  readonly rights: readonly string[];
}

function asCandidate(runner: ObservedRunner, order: number): Candidate {
  return {
    ...registeredRunner(runner),
    runner,
    fleet: fleetOf(runner),
    order,
    devices: Object.keys(runner.job?.pod.requests.extended ?? {}),
    rights: rightsOf(runner),
  };
}

/** One of the managers of each runner. */
function distinct(all: readonly Candidate[]): readonly Candidate[] {
  const byName = new Map<string, Candidate>();
  for (const one of all) {
    const key = JSON.stringify([one.fleet, one.runner.name]);
    if (!byName.has(key)) byName.set(key, one);
  }
  return [...byName.values()];
}

/** Whether a runner takes whatever is meant for another. */
function covers(special: Candidate, plain: Candidate): boolean {
  return coveringTags(special, plain) !== undefined || (special.takesUntagged && plain.takesUntagged);
}

interface Aspect {
  readonly rule: 'devices' | 'rights' | 'tier' | 'size';
  readonly isMore: (special: Candidate, plain: Candidate) => boolean;
  /** What the special runner has, with its verb. */
  readonly has: (special: Candidate) => string;
  readonly result: string;
}

const ASPECTS: readonly Aspect[] = [
  {
    rule: 'devices',
    isMore: (special, plain) => special.devices.some((name) => !plain.devices.includes(name)),
    has: ({ devices }) => `holds ${devices.join(', ')} for each job`,
    result: 'they keep an expensive device busy that they do not use, and its own jobs wait',
  },
  {
    rule: 'rights',
    isMore: (special, plain) => special.rights.some((right) => !plain.rights.includes(right)),
    has: ({ rights }) => rights.join(' and '),
    result: 'whoever can change a pipeline can do what those jobs may, without asking for it',
  },
  { rule: 'tier', isMore: isOtherTier, has: tierOf, result: 'they meet the secrets and caches of that tier' },
  {
    rule: 'size',
    isMore: isLarger,
    has: ({ runner }) => `reserves ${sizeText(runner)} for each job`,
    result: 'each of them pays for room that it does not need',
  },
];

/** What jobs of a runner may do that is not for every job. */
function rightsOf(runner: ObservedRunner): readonly string[] {
  const spec = fieldsOf(runner.job?.spec);
  const contexts = listOf(spec.containers).map((one) => fieldsOf(fieldsOf(one).securityContext));
  const account = textOf(runner.table.kubernetes.service_account);
  return [
    ...(contexts.some(({ privileged }) => privileged === true) ? ['runs its jobs privileged'] : []),
    ...(contexts.some(({ seccompProfile }) => fieldsOf(seccompProfile).type === 'Unconfined')
      ? ['runs its jobs without seccomp']
      : []),
    ...(account && account !== 'default' ? [`runs its jobs as ServiceAccount ${account}`] : []),
  ];
}

/** Of two fleets with the same tags one is enough: the protected one, or the later one. */
function isOtherTier(special: Candidate, plain: Candidate): boolean {
  if (special.fleet === plain.fleet) return special.isProtected && !plain.isProtected;
  if (special.fleet === undefined || plain.fleet === undefined) return false;
  if (!covers(plain, special)) return true;
  return special.isProtected === plain.isProtected ? special.order > plain.order : special.isProtected;
}

function tierOf({ fleet, isProtected }: Candidate): string {
  const guarded = isProtected ? 'is protected' : '';
  return [fleet === undefined ? '' : `is of fleet ${fleet}`, guarded]
    .filter((text) => text !== '')
    .join(' and ');
}

/** More of CPU or memory, and of neither less. */
function isLarger({ runner: special }: Candidate, { runner: plain }: Candidate): boolean {
  const [more, less] = [special, plain].map(({ job }) => job?.pod.requests);
  if (more === undefined || less === undefined) return false;
  const cpu = more.cpuMilli - less.cpuMilli;
  const memory = more.memoryBytes - less.memoryBytes;
  return Math.min(cpu, memory) >= 0 && Math.max(cpu, memory) > 0;
}

function sizeText({ job }: ObservedRunner): string {
  const { cpuMilli = 0, memoryBytes = 0 } = job?.pod.requests ?? {};
  return `${cpuMilli / 1000} CPU and ${Math.round(memoryBytes / 1024 ** 2)}Mi of memory`;
}

function findingOf({ rule, has, result }: Aspect, special: Candidate, plain: readonly Candidate[]): Finding {
  const { config, name } = special.runner;
  const others = plain.map((one) => one.runner.name).join(', ');
  const said = plain.map((one) => coveringTags(special, one)).find((one) => one !== undefined);
  return finding(rule, {
    severity: 'warning',
    at: { manifest: said?.manifest ?? config.manifest, path: ['metadata', 'annotations', TAGS_ANNOTATION] },
    found: said?.tags.join(',') ?? 'jobs without tags',
    why: `${name} ${has(special)}, and its tags cover all of ${others}: GitLab gives it jobs that are meant for ${plain.length === 1 ? 'that one' : 'those'}; ${result}`,
    fix: `leave ${name} the tags that its own jobs ask for (exactTags: true), or give ${others} a tag that it lacks`,
  });
}
