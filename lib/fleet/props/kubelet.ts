/**
 * Settings of the kubelet, as Karpenter's EC2NodeClass has them. Signals are `memory.available`, `nodefs.available`,
 * `nodefs.inodesFree`, `imagefs.available`, `imagefs.inodesFree` and `pid.available`.
 */
export interface KubeletProps {
  /**
   * Most pods of a node, those of daemonsets included, a whole number from 0. Beyond the addresses of its network interfaces,
   * pods get no address, unless the CNI delegates prefixes.
   *
   * @default - as many as the network interfaces have addresses for
   */
  readonly maxPods?: number;

  /**
   * Most pods for each vCPU, a whole number from 0, which means no bound. Bottlerocket ignores it.
   *
   * @default - no bound
   */
  readonly podsPerCore?: number;

  /**
   * What is reserved for the kubelet and the container runtime: quantities of `cpu`, `memory`, `ephemeral-storage` and
   * `pid`.
   *
   * @default - by the size of the node, as Karpenter computes it
   */
  readonly kubeReserved?: Readonly<Record<string, string>>;

  /**
   * What is reserved for the system: quantities of the same resources.
   *
   * @default - nothing
   */
  readonly systemReserved?: Readonly<Record<string, string>>;

  /**
   * Amount or share that is left when the kubelet evicts pods without delay: `5%` or `500Mi` by signal.
   *
   * @default - `memory.available: 100Mi`, `nodefs.available: 10%` and what else the image sets
   */
  readonly evictionHard?: Readonly<Record<string, string>>;

  /**
   * Amount or share that is left when the kubelet evicts pods after a grace period: `10%` or `1Gi` by signal. Requires
   * `evictionSoftGracePeriod` of the same signals.
   *
   * @default - none
   */
  readonly evictionSoft?: Readonly<Record<string, string>>;

  /**
   * That grace period, a duration by signal: `1m30s`.
   *
   * @default - none
   */
  readonly evictionSoftGracePeriod?: Readonly<Record<string, string>>;

  /**
   * Most seconds that a pod has to end when `evictionSoft` evicts it, a whole number.
   *
   * @default - what the pod asks for
   */
  readonly evictionMaxPodGracePeriod?: number;

  /**
   * Percentage of disk in use at which images are removed, a whole number above `imageGCLowThresholdPercent`, up to 100.
   *
   * @default - 85, the kubelet's own
   */
  readonly imageGCHighThresholdPercent?: number;

  /**
   * Percentage of disk in use down to which images are removed, a whole number from 0.
   *
   * @default - 80, the kubelet's own
   */
  readonly imageGCLowThresholdPercent?: number;

  /**
   * Addresses of the DNS servers of pods. Policies of jobs open DNS to kube-dns and NodeLocal DNSCache alone.
   *
   * @default - the cluster's own
   */
  readonly clusterDNS?: readonly string[];

  /**
   * Whether CPU limits of containers are enforced. Jobs have none by default.
   *
   * @default - true, the kubelet's own
   */
  readonly cpuCFSQuota?: boolean;
}
