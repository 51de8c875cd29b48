/** The pods of a runner's managers. */
export interface ManagerProps {
  /**
   * Image of the manager by its whole reference, for example one of UBI from Iron Bank, in place of that of `imageRegistry`:
   * with a tag or a digest that does not move. It must be of the release `runnerVersion`, and begin its processes with
   * `dumb-init`.
   *
   * @default - `gitlab-runner` below `imageRegistry`, of `imageFlavor` and `runnerVersion`
   */
  readonly image?: string;

  /**
   * Image of the helper of jobs by its whole reference, of the runner's architecture and release.
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
   * Environment of the manager, which jobs don't see: texts by name. No passwords: it is committed.
   *
   * @default - none besides what the manager needs
   */
  readonly env?: Readonly<Record<string, string>>;
}
