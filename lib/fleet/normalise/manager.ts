import { ZONE_LABEL } from '../../karpenter/labels';
import { MANAGER_DEFAULTS, SESSION_SERVER_DEFAULTS, SPREAD_DEFAULTS } from '../defaults';
import type { NormalManager, NormalSessionServer } from '../normal-managers';
import type { ManagerProps } from '../props/manager';
import type { SessionServerProps } from '../props/session-server';
import { fillDefaults } from './merge-settings';

/** The pods of a runner's managers. */
export function normaliseManager(said: ManagerProps = {}, managers: number): NormalManager {
  const { image, helperImage, priorityClassName, imagePullSecrets, ...others } = said;
  // Managers of one token take over from each other, so that it helps to keep them in different zones.
  const topologySpread = said.topologySpread ?? (managers > 1 ? [{ topologyKey: ZONE_LABEL }] : []);
  return {
    ...fillDefaults(MANAGER_DEFAULTS, others),
    image,
    helperImage,
    priorityClassName,
    imagePullSecrets,
    topologySpread: topologySpread.map((one) => fillDefaults(SPREAD_DEFAULTS, one)),
  };
}

/** Web terminals of a runner. */
export function normaliseSessionServer(said: SessionServerProps): NormalSessionServer {
  const { loadBalancerClass, ...others } = said;
  return { ...fillDefaults(SESSION_SERVER_DEFAULTS, others), loadBalancerClass };
}
