/** Nodes for managers that are managed elsewhere: those of a node group, or of another team's NodePool. */
export interface ManagerNodesProps {
  /**
   * Labels of the nodes. At least one, for example `eks.amazonaws.com/nodegroup: platform`: without any, managers would land
   * wherever there is room.
   */
  readonly nodeSelector: Readonly<Record<string, string>>;

  /**
   * Taints of the nodes: `key=value` or `key`, mapped to the effect (`NoSchedule`, `NoExecute`, `PreferNoSchedule`, or an empty
   * string for all).
   *
   * @default - none
   */
  readonly tolerations?: Readonly<Record<string, string>>;
}

/**
 * Nodes for jobs that are managed elsewhere, under a name that runners use as their `pool`. With the labels
 * `kubernetes.io/os: windows` and `node.kubernetes.io/windows-build` they run Windows, and jobs get the helper for that build.
 */
export interface ExistingPoolProps extends ManagerNodesProps {
  /** Name that runners use as their `pool`: lower-case letters, digits and dashes, at most 24. */
  readonly pool: string;

  /**
   * Who starts the nodes, which decides by which label jobs of `spot` and of `on-demand` runners choose: `karpenter` (also EKS
   * Auto Mode) by `karpenter.sh/capacity-type`, an EKS managed `node-group` by `eks.amazonaws.com/capacityType`, and `other`
   * by none.
   *
   * @default 'karpenter'
   */
  readonly startedBy?: 'karpenter' | 'node-group' | 'other';
}
