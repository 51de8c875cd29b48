/**
 * An HTTP proxy in front of everything outside the cluster. Managers and jobs get its variables, and network policies open its
 * port: to its address alone where that is an IP address, and to everywhere where it is a name, since policies know no names.
 * Nodes get it in their user data, where none is said (`nodeClass.userData`) and their image takes it from there: AL2023 from
 * v20251120 on, and Bottlerocket.
 */
export interface ProxyProps {
  /**
   * Proxy of requests by HTTP, without credentials: `http://proxy.example.com:3128`.
   *
   * @default - none: such requests go directly
   */
  readonly http?: string;

  /**
   * Proxy of requests by HTTPS, which most proxies take by HTTP as well: `http://proxy.example.com:3128`.
   *
   * @default - the value of `http`
   */
  readonly https?: string;

  /**
   * What is asked directly: hosts, domains with a dot in front (`.example.com`), addresses and CIDRs, for example those of the
   * VPC and of the cluster's Services.
   *
   * @default - none besides the pod itself, the Kubernetes API (managers), `.svc`, `.cluster.local`, the instance metadata and
   * the agent of EKS Pod Identity
   */
  readonly noProxy?: readonly string[];
}
