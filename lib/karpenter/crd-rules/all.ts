import { AUTO_NODE_CLASS_RULES, AUTO_NODE_CLASS_TRANSITIONS } from './auto-node-class';
import { AUTO_NODE_POOL_RULES } from './auto-node-pool';
import { NODE_CLASS_RULES } from './node-class';
import { NODE_POOL_RULES, NODE_POOL_TRANSITIONS } from './node-pool';
import type { CrdRule, TransitionRule } from './rule';
import file from './rules.json';

/** The rules of Karpenter's definitions that judge an object alone, by `group/version/Kind`. */
export const CRD_RULES: Readonly<Record<string, readonly CrdRule[]>> = {
  'karpenter.sh/v1/NodePool': NODE_POOL_RULES,
  'karpenter.k8s.aws/v1/EC2NodeClass': NODE_CLASS_RULES,
  'eks.amazonaws.com/v1/NodeClass': AUTO_NODE_CLASS_RULES,
};

/** What refuses objects besides the definitions of their kinds: EKS Auto Mode, for pools of its own classes. */
export const FURTHER_RULES: Readonly<Record<string, readonly CrdRule[]>> = {
  'karpenter.sh/v1/NodePool': AUTO_NODE_POOL_RULES,
};

/** Those that compare an object with what it was. */
export const TRANSITION_RULES: Readonly<Record<string, readonly TransitionRule[]>> = {
  'karpenter.sh/v1/NodePool': NODE_POOL_TRANSITIONS,
  'eks.amazonaws.com/v1/NodeClass': AUTO_NODE_CLASS_TRANSITIONS,
};

/** A rule as the definition lists it. */
export interface ListedRule {
  readonly at: string;
  readonly message: string;
  /** Whether it compares with what the object was. */
  readonly transition?: boolean;
}

/** Every rule of the definitions, by kind, and the release that they were read off. */
export const LISTED_RULES: {
  readonly source: string;
  readonly kinds: Readonly<Record<string, readonly ListedRule[]>>;
} = file;
