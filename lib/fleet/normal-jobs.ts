import type { DockerInDockerProps } from './props/docker-in-docker';
import type { JobServiceAccountProps } from './props/job-service-account';

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
