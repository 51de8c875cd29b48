/**
 * An HTTP proxy in front of everything outside the cluster. Managers and jobs get its variables, and network policies open its
 * port: to its address alone if that is an IP address, and to every address if it is a name, since policies don't match names.
 * Nodes get it in their user data, before `nodeClass.userData`, if the image supports it (AL2023 from v20251120 on, and
 * Bottlerocket) and `nodeClass.userData` does not name a proxy itself.
 */
export interface ProxyProps {
  /**
   * Proxy for HTTP requests, without credentials: `http://proxy.example.com:3128`.
   *
   * @default - none: such requests go directly
   */
  readonly http?: string;

  /**
   * Proxy for HTTPS requests, whose own address is usually HTTP too: `http://proxy.example.com:3128`.
   *
   * @default - the value of `http`
   */
  readonly https?: string;

  /**
   * What is reached directly: hosts, domains with a dot in front (`.example.com`), addresses and CIDRs, for example those of the
   * VPC and of the cluster's Services.
   *
   * @default - none besides the pod itself, the Kubernetes API (managers), `.svc`, `.cluster.local`, the instance metadata and
   * the agent of EKS Pod Identity
   */
  readonly noProxy?: readonly string[];
}
