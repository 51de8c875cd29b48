import type { ManagerProps, TopologySpreadProps } from './props/manager';
import type { OrphanCleanupProps } from './props/orphan-cleanup';
import type { SessionServerProps } from './props/session-server';

/** Pods of managers; an image that is undefined follows from registry, flavor and release. */
export type NormalManager = Required<
  Omit<ManagerProps, 'image' | 'helperImage' | 'priorityClassName' | 'imagePullSecrets' | 'topologySpread'>
> & {
  /** Undefined without any. */
  readonly imagePullSecrets: readonly string[] | undefined;
  readonly image: string | undefined;
  readonly helperImage: string | undefined;
  readonly priorityClassName: string | undefined;
  readonly topologySpread: readonly NormalSpread[];
};

/** `minDomains` is undefined where it is not said. */
export type NormalSpread = Required<Omit<TopologySpreadProps, 'minDomains'>> &
  Pick<TopologySpreadProps, 'minDomains'>;

/** The deletion of orphaned job pods. */
export type NormalOrphanCleanup = Required<Omit<OrphanCleanupProps, 'enabled'>>;

/** Web terminals of a runner. */
export type NormalSessionServer = Required<Omit<SessionServerProps, 'loadBalancerClass'>> & {
  readonly loadBalancerClass: string | undefined;
};
