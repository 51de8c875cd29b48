import { join } from 'node:path';
import type { Cloud } from './cloud';
import type { Kubernetes } from './kubernetes';
import { freePorts } from './ports';
import { Program } from './program';

/**
 * Starts Karpenter's AWS provider in a build that makes nodes of its own in place of EC2's fleets: everything else is what
 * runs in a cluster. Its launch templates also go to the simulated AWS, where tests read them.
 *
 * @param cluster name of the EKS cluster
 */
export async function startKarpenter(
  programs: string,
  logs: string,
  { access, kubeconfig }: Kubernetes,
  cloud: Cloud,
  cluster: string,
): Promise<Program> {
  const [metrics, health] = await freePorts(2);
  const program = Program.start(
    {
      name: 'karpenter',
      command: join(programs, 'simulated-ec2'),
      args: [],
      env: {
        KUBECONFIG: kubeconfig,
        SYSTEM_NAMESPACE: 'kube-system',
        CLUSTER_NAME: cluster,
        CLUSTER_ENDPOINT: access.url,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ENDPOINT_URL: cloud.url,
        AWS_ENDPOINT_URL_PRICING: cloud.pricesUrl,
        DISABLE_LEADER_ELECTION: 'true',
        METRICS_PORT: String(metrics),
        HEALTH_PROBE_PORT: String(health),
        KUBE_CLIENT_QPS: '1000',
        KUBE_CLIENT_BURST: '2000',
        LOG_LEVEL: 'info',
      },
    },
    logs,
  );
  await program.ready(async () => (await fetch(`http://127.0.0.1:${health}/readyz`)).ok);
  return program;
}
