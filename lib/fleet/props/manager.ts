/** The pods of a runner's managers. */
export interface ManagerProps {
  /**
   * Full reference of the manager's image, for example a UBI image from Iron Bank, instead of the one below `imageRegistry`:
   * with a digest, or a tag that does not move. It must contain the release `runnerVersion`, and start with `dumb-init`.
   *
   * @default - `gitlab-runner` below `imageRegistry`, of `imageFlavor` and `runnerVersion`
   */
  readonly image?: string;

  /**
   * Full reference of the helper image of jobs, of the runner's architecture and release.
   *
   * @default - `gitlab-runner/gitlab-runner-helper` below `imageRegistry`
   */
  readonly helperImage?: string;

  /**
   * When nodes pull the image of the manager: `Always`, `IfNotPresent` or `Never`.
   *
   * @default 'IfNotPresent' - tags are those of releases
   */
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';

  /**
   * Labels of the pods, besides the fleet's own.
   *
   * @default - none
   */
  readonly podLabels?: Readonly<Record<string, string>>;

  /**
   * Annotations of the pods.
   *
   * @default - none
   */
  readonly podAnnotations?: Readonly<Record<string, string>>;

  /**
   * PriorityClass of the pods. It must exist.
   *
   * @default - the cluster's default
   */
  readonly priorityClassName?: string;

  /**
   * Environment variables of the manager, which jobs don't see. No passwords: they are committed.
   *
   * @default - none besides what the manager needs
   */
  readonly env?: Readonly<Record<string, string>>;
}
