/** Network policies. The CNI enforces them: the VPC CNI ignores pods without an owner, and job pods have none. */
export interface NetworkProps {
  /**
   * TCP ports that jobs may reach anywhere except the instance metadata, from 1 to 65535.
   *
   * @default [22, 80, 443] - and the ports of `gitlabUrl`, of `clone_url`, of the cache and of a proxy
   */
  readonly jobPorts?: readonly number[];

  /**
   * CIDRs that `jobPorts` does not open to jobs, for example the VPC's: `10.0.0.0/8`. `jobEgress` still opens parts of them.
   *
   * @default - none
   */
  readonly jobExcept?: readonly string[];

  /**
   * What else jobs may reach: other ports, pods of other namespaces, parts of what `jobExcept` blocks.
   *
   * @default - none
   */
  readonly jobEgress?: readonly EgressProps[];

  /**
   * What managers may reach besides DNS, GitLab, the Kubernetes API, S3 and a proxy.
   *
   * @default - none
   */
  readonly managerEgress?: readonly EgressProps[];

  /**
   * Addresses of DNS servers that managers and jobs may reach, for example those of a company: `10.0.0.2`. Which ones they use
   * is up to the cluster.
   *
   * @default - none besides kube-dns, NodeLocal DNSCache (169.254.20.10), and for jobs those of `dns_config` in `config`
   */
  readonly dnsServers?: readonly string[];

  /**
   * Namespaces whose pods may read the managers' metrics (Prometheus).
   *
   * @default - none: no pod reaches the managers
   */
  readonly metricsFrom?: readonly string[];

  /**
   * Labels of further namespaces whose pods may read the managers' metrics: `{ team: 'observability' }`.
   *
   * @default - none
   */
  readonly metricsFromLabels?: Readonly<Record<string, string>>;
}

/** An egress rule: exactly one of `cidr`, `namespace` and `namespaceLabels`, and ports. */
export interface EgressProps {
  /**
   * Addresses, for example `10.1.0.0/16`, or `10.1.2.3/32` for a single one. The instance metadata and the agent of EKS Pod
   * Identity stay blocked.
   *
   * @default - none
   */
  readonly cidr?: string;

  /**
   * Parts of `cidr` that stay blocked.
   *
   * @default - none
   */
  readonly except?: readonly string[];

  /**
   * Name of a namespace whose pods are reached.
   *
   * @default - none
   */
  readonly namespace?: string;

  /**
   * Labels of the namespaces whose pods are reached.
   *
   * @default - none
   */
  readonly namespaceLabels?: Readonly<Record<string, string>>;

  /**
   * With `namespace` or `namespaceLabels`: labels of the pods.
   *
   * @default - all pods of the namespaces
   */
  readonly podLabels?: Readonly<Record<string, string>>;

  /**
   * Ports, from 1 to 65535, at least one. Rules apply to the port of the pod, not to that of its Service.
   */
  readonly ports: readonly number[];

  /**
   * Protocol of the ports: `TCP`, `UDP` or `SCTP`.
   *
   * @default 'TCP'
   */
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
}
