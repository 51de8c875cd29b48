import type { HostAliasProps, JobProps, JobServiceProps } from './props/job';
import type { ManagerProps, TopologySpreadProps } from './props/manager';
import type { SessionServerProps } from './props/session-server';
import type { EmptyDirProps, JobVolumeProps, VolumeClaimProps } from './props/volumes';
import type { Labels } from './resolved-fleet';

/** Pods of managers; an image that is undefined follows from registry, flavor and release. */
export type NormalManager = Required<
  Omit<ManagerProps, 'image' | 'helperImage' | 'priorityClassName' | 'imagePullSecrets' | 'topologySpread'>
> & {
  /** Undefined without any. */
  readonly imagePullSecrets: readonly string[] | undefined;
  readonly image: string | undefined;
  readonly helperImage: string | undefined;
  readonly priorityClassName: string | undefined;
  /** Undefined: over zones, from two managers on. */
  readonly topologySpread: readonly Required<TopologySpreadProps>[] | undefined;
};

/** Web terminals of a runner. */
export type NormalSessionServer = Required<Omit<SessionServerProps, 'loadBalancerClass'>> & {
  readonly loadBalancerClass: string | undefined;
};

/** A volume of job pods; of the sources one is said. */
export interface NormalVolumeMount {
  readonly said: JobVolumeProps;
  readonly mountPath: string;
  readonly readOnly: boolean;
  readonly subPath: string | undefined;
  readonly items: Labels | undefined;
  readonly claim: string | undefined;
  /** Undefined where it is not rendered here. */
  readonly newClaim: Required<VolumeClaimProps> | undefined;
  readonly hostPath: string | undefined;
  readonly configMap: string | undefined;
  readonly secret: string | undefined;
  readonly emptyDir: EmptyDirProps | undefined;
}

/** What every job of a runner is given; undefined where nothing is said. */
export interface NormalJob {
  readonly environment: Labels;
  readonly scripts: Pick<
    JobProps,
    'preGetSourcesScript' | 'postGetSourcesScript' | 'preBuildScript' | 'postBuildScript'
  >;
  readonly services: readonly JobServiceProps[];
  /** Empty: all. */
  readonly allowedImages: readonly string[];
  readonly allowedServices: readonly string[];
  readonly priorityClassName: string | undefined;
  readonly runtimeClassName: string | undefined;
  readonly hostAliases: readonly HostAliasProps[];
}
