import type { KubeObject } from '../../tools/engines/kube-client';
import { SimulatedManager } from '../../tools/engines/simulated-manager';
import { RECORD } from '../monitoring/known-metrics';
import { FASTER } from './faster-time';
import { refusalOf } from './judged-by-server';
import { api } from './running-cluster';

/** A manager as Prometheus finds it: a pod of the API server, whose address is one of this machine's. */
export interface WatchedManager {
  readonly runner: string;
  readonly metrics: SimulatedManager;
  readonly pod: string;
}

/** Addresses of the loopback for this run alone: others may test on the same machine. */
const NETWORK = `127.${100 + (process.pid % 100)}.${process.pid % 200}`;

/**
 * The pod that a manager's Deployment makes, running at an address of this machine where simulated metrics are served. No
 * scheduler places it and no kubelet runs it: the status is written as a kubelet would write it.
 */
export async function startManager(deployment: KubeObject, index: number): Promise<WatchedManager> {
  const { metadata, spec } = deployment;
  const runner = metadata.labels['gitlab-runner-fleet/runner'];
  const address = `${NETWORK}.${index + 1}`;
  const [container] = spec.template.spec.containers;
  const metrics = new SimulatedManager({
    record: RECORD,
    address,
    port: container.ports.find(({ name }: KubeObject) => name === 'metrics').containerPort,
    runnerName: `watched-${runner}`,
    shortToken: `token-${index}`,
    systemId: `r_${metadata.name}`,
    concurrent: 10,
    limit: 10,
    checkInterval: 3000 / FASTER,
    unhealthyInterval: 3_600_000 / FASTER,
    jobDuration: 60_000 / FASTER,
  });
  await metrics.start();
  const pod = `${metadata.name}-0`;
  const pods = `/api/v1/namespaces/${metadata.namespace}/pods`;
  await api.create(pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...spec.template.metadata, name: pod, namespace: metadata.namespace },
    spec: { ...spec.template.spec, schedulerName: 'nobody' },
  });
  const status = {
    phase: 'Running',
    podIP: address,
    podIPs: [{ ip: address }],
    conditions: [{ type: 'Ready', status: 'True' }],
  };
  await api.patch(`${pods}/${pod}/status`, { status });
  return { runner, metrics, pod: `${pods}/${pod}` };
}

/** Makes what pods and monitors need to be there. */
export async function prepare(objects: readonly KubeObject[]): Promise<void> {
  for (const kind of ['Namespace', 'ServiceAccount'])
    for (const object of objects.filter((one) => one.kind === kind))
      expect(await refusalOf(object, true)).toBeUndefined();
}
