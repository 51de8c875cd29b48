import { isQualifiedName } from '../../values/label';
import type { Faults } from '../fault';
import { TOKEN_VARIABLE } from '../names';
import type { NormalRunner } from '../normal-fleet';
import type { NormalManager } from '../normal-managers';
import {
  checkAnnotations,
  checkImage,
  checkLabels,
  checkOneOf,
  checkReservedLabels,
  checkWholeNumber,
} from './fields';
import { checkManagerVolumes } from './manager-volumes';
import { checkClassName, checkPullSecrets, checkVariables } from './pod-fields';

/** What the chart sets itself. */
const OWN_VARIABLES = [TOKEN_VARIABLE, 'HOME'];

/** Reports what is wrong with what the pods of managers are given. */
export function checkManager(
  faults: Faults,
  { said, arch, manager: { topologySpread } }: NormalRunner,
): void {
  const { manager = {}, imageDigests = {} } = said;
  const { image, helperImage, podLabels, podAnnotations, env = {} } = manager;
  const place = faults.at('manager');
  if (image !== undefined) checkImage(place, 'image', image);
  if (helperImage !== undefined) checkImage(place, 'helperImage', helperImage);
  const rule = 'a full reference includes its digest';
  if (image !== undefined && imageDigests.manager !== undefined)
    place.add('image', image, rule, 'leave out imageDigests.manager, or image');
  if (helperImage !== undefined && imageDigests.helper?.[arch] !== undefined)
    place.add('helperImage', helperImage, rule, 'leave out imageDigests.helper, or helperImage');
  if (manager.imagePullPolicy !== undefined)
    checkOneOf(place, 'imagePullPolicy', manager.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']);
  checkPullSecrets(place, manager.imagePullSecrets ?? []);
  checkReservedLabels(place, 'podLabels', podLabels);
  checkLabels(place, 'podLabels', podLabels);
  checkAnnotations(place, 'podAnnotations', podAnnotations);
  checkClassName(place, 'priorityClassName', manager.priorityClassName, 'ci-managers');
  checkVariables(place, 'env', env);
  for (const name of OWN_VARIABLES.filter((one) => one in env))
    place.add(`env["${name}"]`, env[name], 'the manager relies on this variable', 'leave it out');
  checkManagerVolumes(place, manager.volumes);
  checkSpread(place, topologySpread);
  if (manager.metricsPort !== undefined)
    checkWholeNumber(place, 'metricsPort', manager.metricsPort, 1024, 65535);
}

/** The API server refuses two constraints with the same `topologyKey` and `whenUnsatisfiable`. */
function checkSpread(faults: Faults, spread: NormalManager['topologySpread']): void {
  const seen = new Set<string>();
  for (const [index, { among, maxSkew, minDomains, topologyKey, whenUnsatisfiable }] of spread.entries()) {
    const place = faults.at(`topologySpread[${index}]`);
    if (typeof topologyKey !== 'string' || !isQualifiedName(topologyKey)) {
      const rule = 'a label of nodes, over whose values managers are spread';
      place.add('topologyKey', topologyKey, rule, 'write "topology.kubernetes.io/zone"');
    }
    checkWholeNumber(place, 'maxSkew', maxSkew, 1, 100);
    checkOneOf(place, 'whenUnsatisfiable', whenUnsatisfiable, ['ScheduleAnyway', 'DoNotSchedule']);
    checkOneOf(place, 'among', among, ['runner', 'fleet']);
    if (minDomains !== undefined) checkWholeNumber(place, 'minDomains', minDomains, 1, 100);
    if (minDomains !== undefined && whenUnsatisfiable === 'ScheduleAnyway')
      place.add(
        'minDomains',
        minDomains,
        'minDomains is only allowed with DoNotSchedule',
        'write whenUnsatisfiable: "DoNotSchedule", or leave it out',
      );
    const pair = `${topologyKey}/${whenUnsatisfiable}`;
    if (seen.has(pair))
      place.add('topologyKey', topologyKey, 'it is described twice', 'leave one of them out');
    seen.add(pair);
  }
}
