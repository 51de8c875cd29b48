/**
 * A ServiceAccount that is rendered for job pods, in their namespace. Runners that use the same name share it, and must
 * give it the same settings.
 */
export interface JobServiceAccountProps {
  /**
   * Name of the account. It is what an IAM role trusts.
   *
   * @default - `jobs-<name of the runner>`
   */
  readonly name?: string;

  /**
   * ARN of the IAM role that jobs act as in AWS: `arn:aws:iam::123456789012:role/ci-builds`. Anyone who can change a pipeline
   * of these jobs can use it, so fleets of one cluster must not share one.
   *
   * @default - none: jobs have no identity in AWS
   */
  readonly roleArn?: string;

  /**
   * How jobs get the role. `pod-identity`: by an association that is made elsewhere, which `npx runner-fleet needs` names.
   * `irsa`: by an annotation of the account, and a role that trusts the cluster's OIDC provider. On Fargate, `irsa` alone.
   *
   * @default 'pod-identity'
   */
  readonly identity?: 'pod-identity' | 'irsa';

  /**
   * Labels of the account, besides the fleet's own.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;

  /**
   * Annotations of the account.
   *
   * @default - none besides the fleet's own
   */
  readonly annotations?: Readonly<Record<string, string>>;

  /**
   * Names of Secrets in the namespace of jobs. Images of jobs are then pulled with these only: jobs can't use their own
   * credentials for GitLab's registry. To add to those, use `imagePullSecrets` of the runner instead.
   *
   * @default - none
   */
  readonly imagePullSecrets?: readonly string[];

  /**
   * Whether job pods get a token for the Kubernetes API. An IAM role needs none.
   *
   * @default false
   */
  readonly automountServiceAccountToken?: boolean;
}
