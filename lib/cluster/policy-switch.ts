import { textsOf } from '../values/record';
import { declaredIn } from './declared';
import type { Manifest } from './manifest';
import { objectsNamed } from './of-kind';

/** The ConfigMap without which EKS Auto Mode accepts network policies and ignores them. */
export const POLICY_SWITCH = {
  namespace: 'kube-system',
  name: 'amazon-vpc-cni',
  key: 'enable-network-policy-controller',
} as const;

/** Its name as annotations declare it. */
export const POLICY_SWITCH_NAME = `ConfigMap/${POLICY_SWITCH.namespace}/${POLICY_SWITCH.name}`;

/** What manifests say of it. */
export interface PolicySwitch {
  /** `on` also where an annotation says that it exists; `unknown` where nothing is said. */
  readonly state: 'on' | 'off' | 'unknown';
  readonly manifest: Manifest | undefined;
  /** What stands under its key. */
  readonly value: string | undefined;
}

/**
 * Whether network policies hold on nodes of EKS Auto Mode.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/auto-net-pol.html
 */
export function policySwitchIn(manifests: readonly Manifest[]): PolicySwitch {
  const { namespace, name, key } = POLICY_SWITCH;
  const manifest = objectsNamed(manifests, 'ConfigMap', name).find((one) => one.namespace === namespace);
  const value = textsOf(manifest?.body.data)[key];
  if (manifest !== undefined) return { state: value === 'true' ? 'on' : 'off', manifest, value };
  const isDeclared = declaredIn(manifests).has(POLICY_SWITCH_NAME);
  return { state: isDeclared ? 'on' : 'unknown', manifest, value };
}
