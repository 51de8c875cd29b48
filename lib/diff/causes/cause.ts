import { pluralOf } from './words';

/** What somebody changed, whatever objects and fields follow from it. */
export type CauseKind = keyof typeof PHRASES;

/** One change as a person would name it: a release bump is one, however many objects it touches. */
export interface Cause {
  readonly kind: CauseKind;
  /** Half a sentence, for example `GitLab Runner 19.3.0 to 19.4.1 on four runners`. */
  readonly what: string;
  /** Objects that change by it, as `Kind/namespace/name`. */
  readonly objects: readonly string[];
  /** Whether another cause of the same comparison brings it along: limits that follow a larger job. */
  readonly follows: boolean;
}

/** What one field of an object, or a whole object, says of what somebody changed. */
export interface Step {
  readonly kind: CauseKind;
  /** What changes: names of runners, pools or objects. */
  readonly of: readonly string[];
  /** From what to what; empty where the kind says it all. */
  readonly text: string;
}

/** @param of names, or how many there are; @param noun what they are, in as many as there are */
type Phrase = (of: string, text: string, noun: string) => string;

const on: (what: string) => Phrase = (what) => (of, text) => `${what} ${text} on ${of}`;
/** Words that need no colon in front. */
const BARE_WORDS = ['added', 'removed', 'lowered'];
const named: (what: string) => Phrase = (what) => (of, text) => {
  const separator = text === '' ? '' : BARE_WORDS.includes(text) ? ' ' : ': ';
  return `${what} ${of}${separator}${text}`;
};
const comes: (verb: string) => Phrase = (verb) => (of, _text, noun) =>
  of.endsWith(noun) ? `${of} ${verb}` : `${noun} ${of} ${verb}`;

/** How a person names each kind, in the order in which they would. */
const PHRASES = {
  'runner-renamed': (of) => `runner ${of}`,
  'runner-replaced': (of) => `runner ${of}`,
  'runner-added': comes('added'),
  'runner-removed': comes('removed'),
  'runner-release': on('GitLab Runner'),
  'node-image': on('node image'),
  compute: (of, text) => `nodes of ${of} move from ${text}`,
  capacity: (of, text) => `${of} from ${text}`,
  'job-powers': named('powers of jobs of'),
  'job-namespace': named('namespace of jobs of'),
  'job-size': named('job size of'),
  concurrency: on('concurrency'),
  managers: named('managers of'),
  'longest-job': on('longest job'),
  tags: named('tags of'),
  token: named('another token of'),
  'first-token': named('first token of'),
  'gitlab-settings': named('settings in GitLab of'),
  'job-image': on('default job image'),
  'manager-image': on('manager image'),
  'helper-image': on('helper image'),
  cache: named('cache of'),
  'held-room': named('prewarmed room of'),
  placement: named('nodes for jobs of'),
  config: named('config.toml of'),
  'manager-pod': named('manager pods of'),
  'pool-added': comes('added'),
  'pool-removed': comes('removed'),
  'pool-limits': named('limits of'),
  'pool-drain': named('drain time of'),
  'pool-settings': named('settings of'),
  'node-class-added': comes('added'),
  'node-class-removed': comes('removed'),
  'node-disks': on('disks'),
  'node-class': named('settings of'),
  'pull-secret': named('pull secret'),
  bounds: (of, text) => `${of} of jobs ${text}`,
  'disruption-budget': named('disruption budget'),
  rights: named('rights:'),
  network: named('network policy'),
  namespace: named('namespace'),
  labels: named('labels of'),
  other: named(''),
} satisfies Record<string, Phrase>;

/** Every kind, in the order in which a person would name them. */
export const CAUSE_KINDS = Object.keys(PHRASES) as readonly CauseKind[];

/** What a kind is called without saying more. */
export function kindName(kind: CauseKind): string {
  return kind.replaceAll('-', ' ');
}

/** A cause in words, on one line. */
export function phraseOf(kind: CauseKind, of: string, text: string, count: number): string {
  const noun = count === 1 ? nounOf(kind) : pluralOf(nounOf(kind));
  return PHRASES[kind](of, text, noun).replace(/\s+/g, ' ').trim();
}

/** What a kind counts where there are many. */
export function nounOf(kind: CauseKind): string {
  if (/^pool/.test(kind)) return 'pool';
  if (/^node-/.test(kind)) return 'node class';
  return OBJECT_KINDS.has(kind) ? 'object' : 'runner';
}

const OBJECT_KINDS: ReadonlySet<CauseKind> = new Set([
  'pull-secret',
  'bounds',
  'disruption-budget',
  'rights',
  'network',
  'namespace',
  'labels',
  'other',
]);

/** What decides how much room jobs and managers take. */
const ROOM: readonly CauseKind[] = [
  'job-size',
  'concurrency',
  'managers',
  'runner-added',
  'runner-removed',
  'runner-renamed',
  'runner-replaced',
  'capacity',
  'held-room',
];

/** Kinds that others bring along. */
const FOLLOWS: Partial<Record<CauseKind, readonly CauseKind[]>> = {
  'pool-limits': ROOM,
  'pool-added': [...ROOM, 'job-namespace', 'compute'],
  'pool-removed': [...ROOM, 'job-namespace', 'compute'],
  'pool-settings': ['runner-added', 'runner-removed', 'capacity'],
  'pool-drain': ['longest-job'],
  bounds: [...ROOM, 'job-namespace'],
  'manager-pod': [...ROOM, 'longest-job', 'compute'],
  tags: ['capacity'],
  'first-token': ['runner-added'],
  placement: ['compute', 'capacity', 'job-namespace'],
  rights: ['job-namespace', 'runner-added', 'runner-removed', 'held-room'],
  network: ['compute', 'job-namespace'],
  namespace: ['job-namespace'],
  'node-class-added': ['compute', 'job-namespace', 'runner-added'],
  'node-class-removed': ['compute', 'job-namespace', 'runner-removed'],
};

/** Whether a kind comes along with one of those that are there. */
export function isBroughtBy(kind: CauseKind, all: ReadonlySet<CauseKind>): boolean {
  return FOLLOWS[kind]?.some((leader) => all.has(leader)) ?? false;
}
