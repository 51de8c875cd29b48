import type { ConfigToml } from '../../gitlab-runner/config/toml';
import { holdsRoom } from '../../gitlab-runner/permissions';
import { isTable } from '../../values/record';
import type { NormalManager } from '../normal-managers';
import type { Labels, ResolvedRunner } from '../resolved-fleet';

/** What the pod of each manager is made of, besides its config.toml and its token. */
export type ManagerPod = Pick<
  ResolvedRunner,
  | 'serviceAccount'
  | 'image'
  | 'certificates'
  | 'environment'
  | 'readinessPath'
  | 'drainSeconds'
  | 'resources'
  | 'nodeSelector'
  | 'podLabels'
  | 'dedicatedTo'
  | 'tolerations'
>;

/** Everything that a manager is replaced for. */
interface Causes extends Pick<ResolvedRunner, 'token' | 'patches'> {
  readonly config: ConfigToml;
  readonly pod: ManagerPod;
  readonly labels: Labels;
  /** Undefined where nothing is said of it. */
  readonly manager: NormalManager | undefined;
}

/**
 * A text that changes whenever a manager that holds room is replaced; undefined for one that holds none. Of two managers
 * with one id each scales the Deployment of pause pods to its own number for as long as the old one drains, and at the end
 * the old one deletes it.
 */
export function managerRevision({
  config,
  pod,
  token,
  patches,
  labels,
  manager,
}: Causes): string | undefined {
  if (!config.runners.some(holdsRoom)) return undefined;
  const { secretName, key } = token;
  const more = manager === undefined ? [] : [manager];
  return JSON.stringify([config, pod, secretName, key, patches.Deployment, labels, ...more], sorted);
}

/** Keys in one order, whatever the order in which a description has them. */
function sorted(_: string, value: unknown): unknown {
  if (!isTable(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
