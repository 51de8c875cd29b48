import { fieldsOf } from '../../values/record';
import { AUTO_MODE_GROUP, AUTO_MODE_LONGEST_SECONDS, longestLifeSeconds, nodeLife } from '../node-life';
import type { CrdRule } from './rule';

/**
 * What EKS Auto Mode refuses of NodePools of its own classes, besides the rules of Karpenter's definition. The message is the one
 * that its clusters answer (seen in June 2026).
 */
export const AUTO_NODE_POOL_RULES: readonly CrdRule[] = [
  {
    at: 'spec.template.spec',
    message: 'the sum of expireAfter and terminationGracePeriod (defaulted to 24h) may not exceed 21 days',
    refuses: (value) => {
      const template = fieldsOf(value);
      if (fieldsOf(template.nodeClassRef).group !== AUTO_MODE_GROUP) return false;
      const seconds = longestLifeSeconds(nodeLife(template));
      return seconds !== undefined && seconds > AUTO_MODE_LONGEST_SECONDS;
    },
    shows: (value) => {
      const { expireAfter, terminationGracePeriod } = nodeLife(fieldsOf(value));
      return `expireAfter ${expireAfter}, terminationGracePeriod ${terminationGracePeriod}`;
    },
    fix: 'write both so that they are at most 504h together, for example expireAfter 480h and terminationGracePeriod 24h',
  },
];
