/** What differs for one namespace of a fleet. */
export interface NamespaceProps {
  /** Its name: that of the managers, or of the jobs of a runner. */
  readonly name: string;

  /**
   * Whether it is made elsewhere. No Namespace is then rendered; `npx runner-fleet needs` says which Pod Security level it
   * must have.
   *
   * @default false
   */
  readonly existing?: boolean;

  /**
   * Whether other pods run there too. Network policies then only apply to the pods of the fleet, and neither a LimitRange nor
   * a ResourceQuota is rendered, since those would apply to all pods.
   *
   * @default false
   */
  readonly shared?: boolean;

  /**
   * Pod Security level that it enforces: `privileged`, `baseline` or `restricted`. Not with `existing`. The proof
   * refuses a level that pods of the fleet do not meet, and one that lets in more than they need.
   *
   * @default - `restricted` for managers, `baseline` for jobs, `privileged` for privileged jobs and rootless builds
   */
  readonly podSecurity?: 'privileged' | 'baseline' | 'restricted';
}
