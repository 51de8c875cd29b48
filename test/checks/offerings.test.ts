import type { Change } from '../fixtures/files';
import { describeCheck } from './cases';
import { CLASS, CONFIG, POOL } from './places';

/** Another requirement of the pool of the runner's jobs. */
function requirement(text: string): Change {
  return [POOL, '      requirements:\n', `      requirements:\n        - ${text}\n`];
}

/** A family that jobs select, of the many that the pool has. */
const ONE_FAMILY: Change = [
  CONFIG,
  '        "kubernetes.io/os" = "linux"\n',
  '        "kubernetes.io/os" = "linux"\n        "karpenter.k8s.aws/instance-family" = "m7g"\n',
];
const TWO_FAMILIES = requirement(
  '{ key: karpenter.k8s.aws/instance-family, operator: Exists, minValues: 2 }',
);
const MANY_TYPES = requirement('{ key: node.kubernetes.io/instance-type, operator: Exists, minValues: 45 }');
const LARGE_JOBS: readonly Change[] = [
  [CONFIG, 'cpu_request_overwrite_max_allowed = "4"', 'cpu_request_overwrite_max_allowed = "15"'],
  [POOL, 'cpu: "104"', 'cpu: "400"'],
];

const RESERVED: readonly Change[] = [
  [POOL, /(key: karpenter.sh\/capacity-type\n\s+operator: In\n\s+values:\n\s+- )spot/, '$1reserved'],
  [CONFIG, '"karpenter.sh/capacity-type" = "spot"', '"karpenter.sh/capacity-type" = "reserved"'],
];
const RESERVATIONS: Change = [
  CLASS,
  'spec:\n',
  'spec:\n  capacityReservationSelectorTerms: [{ tags: { team: ci } }]\n',
];

describeCheck('fits', {
  fires: [
    {
      name: 'a job whose own requirements leave fewer values than minValues asks for',
      changes: [TWO_FAMILIES, ONE_FAMILY],
      finds: [
        'fits/job',
        'error',
        /have 1 values of karpenter.k8s.aws\/instance-family, and minValues asks for 2.*Fix: lower minValues/s,
      ],
    },
    {
      name: 'a job whose size leaves fewer types than minValues asks for',
      changes: [MANY_TYPES, ...LARGE_JOBS],
      finds: [
        'fits/largest-job',
        'error',
        /values of node.kubernetes.io\/instance-type, and minValues asks for 45/,
      ],
    },
  ],
  quiet: [
    { name: 'minValues that jobs leave enough for', changes: [TWO_FAMILIES] },
    { name: 'minValues of types that hold jobs', changes: [MANY_TYPES] },
  ],
});

describeCheck('lands', {
  fires: [
    {
      name: 'a pool of reservations whose class selects none',
      changes: RESERVED,
      finds: [
        'lands/job',
        'error',
        /only reserved capacity is left.*Fix: .*let its class select reservations/s,
      ],
    },
  ],
  quiet: [{ name: 'a pool of reservations', changes: [...RESERVED, RESERVATIONS] }],
});
