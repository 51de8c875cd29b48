import type { KubeObject } from '../../tools/engines/kube-client';
import { api } from './running-cluster';

const POOLS = '/apis/karpenter.sh/v1/nodepools';

/** Says of pools of EKS Auto Mode that they are Ready, as AWS's controllers do, of which none runs here. */
export async function makeAutoModePoolsReady(pools: readonly KubeObject[]): Promise<void> {
  const condition = {
    type: 'Ready',
    status: 'True',
    reason: 'Ready',
    message: '',
    lastTransitionTime: new Date().toISOString(),
  };
  for (const { metadata, spec } of pools) {
    if (spec.template.spec.nodeClassRef.group !== 'eks.amazonaws.com') continue;
    await api.patch(`${POOLS}/${metadata.name}/status`, { status: { conditions: [condition] } });
  }
}
