import { parseDuration } from '../values/duration';
import { type Fields, fieldsOf, textOf } from '../values/record';

/** API group of node classes of EKS Auto Mode. */
export const AUTO_MODE_GROUP = 'eks.amazonaws.com';

/** Longest life of a node of EKS Auto Mode, its drain included: 21 days. */
export const AUTO_MODE_LONGEST_SECONDS = 504 * 3600;

/** How long nodes of a pool live and drain, as durations. */
export interface NodeLife {
  /** `Never`, or the age at which they are drained. */
  readonly expireAfter: string;
  /** How long they drain; undefined for as long as it takes. */
  readonly terminationGracePeriod: string | undefined;
}

/** What nodes get where a pool says nothing. */
const OF_KARPENTER: NodeLife = { expireAfter: '720h', terminationGracePeriod: undefined };
/** @see https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html */
const OF_AUTO_MODE: NodeLife = { expireAfter: '336h', terminationGracePeriod: '24h' };

/** The life of the nodes of a NodePool, by `spec.template.spec`. */
export function nodeLife(template: Fields): NodeLife {
  const defaults = fieldsOf(template.nodeClassRef).group === AUTO_MODE_GROUP ? OF_AUTO_MODE : OF_KARPENTER;
  return {
    expireAfter: textOf(template.expireAfter) ?? defaults.expireAfter,
    terminationGracePeriod: textOf(template.terminationGracePeriod) ?? defaults.terminationGracePeriod,
  };
}

/** Seconds that a node may live, its drain included; infinite where nothing ends it, undefined for what is not a duration. */
export function longestLifeSeconds({ expireAfter, terminationGracePeriod }: NodeLife): number | undefined {
  if (expireAfter === 'Never') return Number.POSITIVE_INFINITY;
  const [age, drain] = [expireAfter, terminationGracePeriod].map((text) =>
    text === undefined ? Number.POSITIVE_INFINITY : parseDuration(text),
  );
  return age === undefined || drain === undefined ? undefined : age + drain;
}
