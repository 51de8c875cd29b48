import { at, fieldsOf, listOf } from '../values/record';

/** The release of Karpenter whose CRDs are rendered for and tested with. */
export const KARPENTER_RELEASE = '1.14.1';

/** The oldest release that serves NodePools and EC2NodeClasses of `v1` with every field that is always rendered. */
const OLDEST = '1.0.0';

/**
 * The oldest release with every metric that alerts and dashboard of `monitoring` read. The last to come was that of launch
 * failures, on the dashboard: karpenter_cloudprovider_instance_launch_failures_total.
 */
export const KARPENTER_FOR_METRICS = '1.14.0';

/**
 * Fields of an EC2NodeClass that only newer CRDs have: an older API server drops them, or refuses the object.
 * @see pkg/apis/crds of aws/karpenter-provider-aws at each tag from v1.0.0 to v1.14.1
 */
const FIELDS: readonly { readonly path: readonly string[]; readonly since: string }[] = [
  { path: ['capacityReservationSelectorTerms'], since: '1.3.0' },
  { path: ['amiSelectorTerms', 'ssmParameter'], since: '1.4.0' },
  { path: ['blockDeviceMappings', 'ebs', 'volumeInitializationRate'], since: '1.5.0' },
  { path: ['capacityReservationSelectorTerms', 'instanceMatchCriteria'], since: '1.8.0' },
  { path: ['ipPrefixCount'], since: '1.8.0' },
  { path: ['networkInterfaces'], since: '1.11.0' },
  { path: ['placementGroupSelector'], since: '1.11.0' },
];

/**
 * The oldest Karpenter for each release of Kubernetes.
 * @see https://karpenter.sh/docs/upgrading/compatibility/
 */
export const KARPENTER_FOR_KUBERNETES: readonly {
  readonly kubernetes: string;
  readonly karpenter: string;
}[] = [
  { kubernetes: '1.31', karpenter: '1.0.5' },
  { kubernetes: '1.32', karpenter: '1.2' },
  { kubernetes: '1.33', karpenter: '1.5' },
  { kubernetes: '1.34', karpenter: '1.6' },
  { kubernetes: '1.35', karpenter: '1.9' },
  { kubernetes: '1.36', karpenter: '1.13' },
];

/** The oldest Karpenter that knows every field of some node classes, and the field that it is for. */
export interface OldestKarpenter {
  readonly release: string;
  /** Undefined if only fields that every release has are set. */
  readonly field: string | undefined;
}

/** @param specs `spec` of each EC2NodeClass */
export function oldestKarpenter(specs: readonly unknown[]): OldestKarpenter {
  const used = FIELDS.filter(({ path }) => specs.some((spec) => isSet(spec, path)));
  const newest = used[used.length - 1];
  return { release: newest?.since ?? OLDEST, field: newest?.path.join('.') };
}

/** Whether a field is set, in any entry of the lists on the way. */
function isSet(value: unknown, path: readonly string[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return value !== undefined;
  const inner = at(fieldsOf(value), [key]);
  return Array.isArray(inner) && rest.length > 0
    ? listOf(inner).some((one) => isSet(one, rest))
    : isSet(inner, rest);
}
