import type { DockerInDockerProps } from './props/docker-in-docker';
import type { HostAliasProps, JobPodAffinityProps, JobProps, JobServiceProps } from './props/job';
import type { JobServiceAccountProps } from './props/job-service-account';
import type { EmptyDirProps, JobVolumeProps, VolumeClaimProps } from './props/volumes';
import type { Labels } from './resolved-fleet';

/** A volume of job pods, with exactly one source. */
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

/** What every job of a runner gets; undefined where the description does not set it. */
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
  readonly podAffinity: readonly Required<JobPodAffinityProps>[];
}

/** The Docker daemon of each job. */
export type NormalDockerInDocker = Required<Pick<DockerInDockerProps, 'image' | 'allowedServices'>> & {
  readonly registryMirror: string | undefined;
  readonly mtu: number | undefined;
};

/** The ServiceAccount of jobs that is rendered. */
export type NormalJobAccount = Required<Omit<JobServiceAccountProps, 'roleArn'>> & {
  readonly said: JobServiceAccountProps;
  readonly roleArn: string | undefined;
};
