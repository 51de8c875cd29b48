/** Addresses that mean the same in every cluster on EC2. */

/** What gives out credentials of AWS at the node: EC2 instance metadata, and the agent of EKS Pod Identity. */
export const INSTANCE_METADATA = ['169.254.169.254/32', 'fd00:ec2::254/128'] as const;
export const POD_IDENTITY_AGENT = ['169.254.170.23/32', 'fd00:ec2::23/128'] as const;
export const CREDENTIAL_BLOCKS = [...INSTANCE_METADATA, ...POD_IDENTITY_AGENT] as const;
/** NodeLocal DNSCache, where a cluster has it. */
export const NODE_LOCAL_DNS = '169.254.20.10/32';
export const EVERYWHERE = ['0.0.0.0/0', '::/0'] as const;
