/**
 * Web terminals of running jobs: GitLab connects to the runner's manager, which attaches to the job's pod. The manager holds
 * the sessions, so a runner with terminals has one manager and an address of its own.
 */
export interface SessionServerProps {
  /**
   * Host and port at which GitLab reaches the manager: `terminals.example.com:8093`. The manager makes a certificate for the
   * host and sends it to GitLab, which accepts no other: nothing in between may terminate TLS.
   */
  readonly advertiseAddress: string;

  /**
   * Port that the manager listens on, from 1024 to 65535.
   *
   * @default 8093
   */
  readonly port?: number;

  /**
   * How long a terminal stays open after its job is done, a duration of whole seconds, at most `drain`. The job
   * does not end before.
   *
   * @default '30m'
   */
  readonly timeout?: string;

  /**
   * Addresses from which the port is reached, as CIDR: those of GitLab, or of the load balancer in front of the manager.
   * At least one here or in `fromNamespaces`.
   *
   * @default - none
   */
  readonly fromCidrs?: readonly string[];

  /**
   * Namespaces whose pods reach the port, for a GitLab in the same cluster.
   *
   * @default - none
   */
  readonly fromNamespaces?: readonly string[];

  /**
   * Type of the Service: `ClusterIP` for a GitLab in the cluster, or for an Ingress or Gateway that passes TLS through;
   * `LoadBalancer` for one that the cluster's controller makes.
   *
   * @default 'ClusterIP'
   */
  readonly serviceType?: 'ClusterIP' | 'LoadBalancer';

  /**
   * With `LoadBalancer`: what makes it, for example `service.k8s.aws/nlb` for the AWS Load Balancer Controller.
   *
   * @default - the cluster's default
   */
  readonly loadBalancerClass?: string;

  /**
   * Annotations of the Service, for the controllers that read them.
   *
   * @default - none
   */
  readonly serviceAnnotations?: Readonly<Record<string, string>>;
}
