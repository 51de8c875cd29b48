import { RUNNER_KEY } from '../../contract';
import { secondsOf } from '../../values/duration';
import { type Quantity, quantityOf } from '../../values/quantity';
import { sessionName, volumeName } from '../names';
import type { NormalFleet, NormalRunner } from '../normal-fleet';
import type { ManagerVolumeProps } from '../props/manager';
import type { Labels, ResolvedSessionServer, ResolvedSpread, ResolvedVolume } from '../resolved-fleet';

/** Volumes of the managers of a runner besides those that all have. */
export function managerVolumes({ manager: { volumes } }: NormalRunner): readonly ResolvedVolume[] {
  return volumes.map((volume) => ({
    name: volumeName(volume.mountPath),
    mountPath: volume.mountPath,
    source: sourceOf(volume),
  }));
}

function sourceOf({ configMap, emptyDir, items, secret }: ManagerVolumeProps): ResolvedVolume['source'] {
  const files = items && Object.entries(items).map(([key, path]) => ({ key, path }));
  if (configMap !== undefined) return { kind: 'ConfigMap', name: configMap, items: files };
  if (secret !== undefined) return { kind: 'Secret', name: secret, items: files };
  const { medium, sizeLimit = '' } = { ...emptyDir };
  return { kind: 'empty', medium, sizeLimit };
}

/** How much the empty folders of a manager hold, in memory and on disk. */
export function emptyBytes(runner: NormalRunner): { readonly memory: Quantity; readonly disk: Quantity } {
  const total = { memory: 0n, disk: 0n };
  for (const { source } of managerVolumes(runner)) {
    if (source.kind === 'empty')
      total[source.medium === undefined ? 'disk' : 'memory'] += quantityOf(source.sizeLimit);
  }
  return total;
}

/** Managers of one token stand in for each other, so that it helps to keep them in different zones. */
export function topologySpread(
  { manager, managers, name }: NormalRunner,
  fleet: NormalFleet,
): readonly ResolvedSpread[] {
  const ofFleet = { 'app.kubernetes.io/part-of': fleet.name };
  const ofRunner = { ...ofFleet, [RUNNER_KEY]: name };
  const labels: Readonly<Record<'runner' | 'fleet', Labels>> = {
    runner: ofRunner,
    fleet: { ...ofFleet, 'app.kubernetes.io/component': 'manager' },
  };
  if (manager.topologySpread !== undefined)
    return manager.topologySpread.map(({ among, ...one }) => ({ ...one, matchLabels: labels[among] }));
  if (managers < 2) return [];
  const overZones = { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1 };
  return [{ ...overZones, whenUnsatisfiable: 'ScheduleAnyway', matchLabels: ofRunner }];
}

/** Where a runner's manager listens for web terminals. */
export function sessionServer({
  name,
  sessionServer: said,
}: NormalRunner): ResolvedSessionServer | undefined {
  if (said === undefined) return undefined;
  const { advertiseAddress, fromCidrs, fromNamespaces, port, serviceType } = said;
  return {
    name: sessionName(name),
    port,
    servicePort: portOfAddress(advertiseAddress),
    serviceType,
    loadBalancerClass: said.loadBalancerClass,
    sourceRanges: serviceType === 'LoadBalancer' ? fromCidrs : [],
    annotations: said.serviceAnnotations,
    from: [
      ...fromCidrs.map((cidr) => ({ cidr, except: [] })),
      ...fromNamespaces.map((namespace) => ({
        namespaceLabels: { 'kubernetes.io/metadata.name': namespace },
        podLabels: undefined,
      })),
    ],
  };
}

function portOfAddress(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

/** The table of config.toml; none without web terminals. */
export function sessionTable({ sessionServer: said }: NormalRunner): {
  session_server?: { listen_address: string; advertise_address: string; session_timeout: number };
} {
  if (said === undefined) return {};
  return {
    session_server: {
      listen_address: `:${said.port}`,
      advertise_address: said.advertiseAddress,
      session_timeout: secondsOf(said.timeout),
    },
  };
}
