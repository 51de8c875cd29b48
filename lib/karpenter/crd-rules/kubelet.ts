import { fieldsOf } from '../../values/record';
import { type CrdRule, has } from './rule';

const SIGNALS = [
  'memory.available',
  'nodefs.available',
  'nodefs.inodesFree',
  'imagefs.available',
  'imagefs.inodesFree',
  'pid.available',
];
const RESERVABLE = ['cpu', 'memory', 'ephemeral-storage', 'pid'];

function quoted(names: readonly string[]): string {
  return `[${names.map((name) => `'${name}'`).join(',')}]`;
}

/** Whether every key of one table is one of another. */
function covers(table: unknown, other: unknown): boolean {
  return Object.keys(fieldsOf(other)).every((key) => has(table, key));
}

/** The rules for `spec.kubelet` of an EC2NodeClass. */
export const KUBELET_RULES: readonly CrdRule[] = [
  {
    at: 'spec.kubelet',
    message: 'imageGCHighThresholdPercent must be greater than imageGCLowThresholdPercent',
    refuses: (kubelet) => {
      const { imageGCHighThresholdPercent: high, imageGCLowThresholdPercent: low } = fieldsOf(kubelet);
      return typeof high === 'number' && typeof low === 'number' && high <= low;
    },
    fix: 'raise it, or lower the other',
  },
  {
    at: 'spec.kubelet',
    message: 'evictionSoft OwnerKey does not have a matching evictionSoftGracePeriod',
    refuses: (kubelet) => !covers(fieldsOf(kubelet).evictionSoftGracePeriod, fieldsOf(kubelet).evictionSoft),
    fix: 'give every signal of evictionSoft a time in evictionSoftGracePeriod',
  },
  {
    at: 'spec.kubelet',
    message: 'evictionSoftGracePeriod OwnerKey does not have a matching evictionSoft',
    refuses: (kubelet) => !covers(fieldsOf(kubelet).evictionSoft, fieldsOf(kubelet).evictionSoftGracePeriod),
    fix: 'give every signal of evictionSoftGracePeriod a threshold in evictionSoft',
  },
  ...['evictionHard', 'evictionSoft', 'evictionSoftGracePeriod'].map(
    (field): CrdRule => ({
      at: `spec.kubelet.${field}`,
      each: 'key',
      message: `valid keys for ${field} are ${quoted(SIGNALS)}`,
      refuses: (key) => !SIGNALS.includes(String(key)),
      fix: 'write one of them',
    }),
  ),
  ...['kubeReserved', 'systemReserved'].flatMap((field): CrdRule[] => [
    {
      at: `spec.kubelet.${field}`,
      each: 'key',
      message: `valid keys for ${field} are ${quoted(RESERVABLE)}`,
      refuses: (key) => !RESERVABLE.includes(String(key)),
      fix: 'write one of them',
    },
    {
      at: `spec.kubelet.${field}`,
      each: 'key',
      message: `${field} value cannot be a negative resource quantity`,
      refuses: (_, value) => String(value).startsWith('-'),
      fix: 'write a quantity from 0',
    },
  ]),
];
