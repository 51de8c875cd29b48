/** The deletion of job pods that their manager has left behind. */
export interface OrphanCleanupProps {
  /**
   * Whether a CronJob deletes job pods that are past their own deadline. A manager that is killed, runs out of memory or loses
   * its node leaves its job pods: nothing else deletes them, and one that was still pending waits for a node indefinitely.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * When it runs: a cron line of five fields, in the time zone of the cluster's control plane, which is UTC on EKS.
   *
   * @default '7,37 * * * *' - every half hour
   */
  readonly schedule?: string;

  /**
   * How long a job pod may outlast its deadline: a duration, at least one minute. The deadline is the time-out of the job, and
   * what its pod may wait for a node and take to stop.
   *
   * @default '10m'
   */
  readonly grace?: string;

  /**
   * Full reference of the image, with a digest, or a tag that does not move: Node.js 20 or later, for the architectures of the
   * managers' nodes. It is not below `imageRegistry`, which holds images of GitLab: name your mirror's here.
   *
   * @default 'public.ecr.aws/docker/library/node:24.19.0-alpine'
   */
  readonly image?: string;

  /**
   * Names of Secrets in the namespace of managers that the image is pulled with.
   *
   * @default - none
   */
  readonly imagePullSecrets?: readonly string[];
}
