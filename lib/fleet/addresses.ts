/** Addresses that mean the same in every cluster on EC2. */

/** What gives out credentials of AWS at the node: EC2 instance metadata, and the agent of EKS Pod Identity. */
export const INSTANCE_METADATA = ['169.254.169.254/32', 'fd00:ec2::254/128'] as const;
export const POD_IDENTITY_AGENT = ['169.254.170.23/32', 'fd00:ec2::23/128'] as const;
export const CREDENTIAL_BLOCKS = [...INSTANCE_METADATA, ...POD_IDENTITY_AGENT] as const;
/** NodeLocal DNSCache, where a cluster has it. */
export const NODE_LOCAL_DNS = '169.254.20.10/32';
/**
 * Where DNS answers on EKS Auto Mode, which runs CoreDNS on nodes and not in pods: addresses of Services of EKS, of nodes in
 * private networks, and link-local ones.
 */
export const DNS_ON_NODES = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  'fd00::/8',
] as const;
export const EVERYWHERE = ['0.0.0.0/0', '::/0'] as const;
