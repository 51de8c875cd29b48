import { isDnsLabel } from '../../values/label';
import type { Faults } from '../fault';
import { TOKEN_VARIABLE } from '../names';
import type { NormalRunner } from '../normal-fleet';
import {
  checkAnnotations,
  checkImage,
  checkLabels,
  checkOneOf,
  checkReservedLabels,
  checkWholeNumber,
} from './fields';
import { checkManagerVolumes, checkSpread } from './manager-extras';

/** What the chart sets itself. */
const OWN_VARIABLES = [TOKEN_VARIABLE, 'HOME'];

/** Reports what is wrong with what the pods of managers are given. */
export function checkManager(faults: Faults, { said, arch }: NormalRunner): void {
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
  checkReservedLabels(place, 'podLabels', podLabels);
  checkLabels(place, 'podLabels', podLabels);
  checkAnnotations(place, 'podAnnotations', podAnnotations);
  checkPriority(place, manager.priorityClassName);
  for (const [name, value] of Object.entries(env)) checkVariable(place, name, value);
  checkManagerVolumes(place, manager.volumes);
  checkSpread(place, manager.topologySpread);
  if (manager.metricsPort !== undefined)
    checkWholeNumber(place, 'metricsPort', manager.metricsPort, 1024, 65535);
}

function checkPriority(faults: Faults, name: string | undefined): void {
  if (name === undefined || (typeof name === 'string' && isDnsLabel(name.replaceAll('.', '-'), 253))) return;
  const rule = 'names of PriorityClasses are lower-case letters, digits, dashes and dots';
  faults.add('priorityClassName', name, rule, 'write it as "ci-managers"');
}

function checkVariable(faults: Faults, name: string, value: string): void {
  const field = `env[${JSON.stringify(name)}]`;
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    const rule = 'variables are letters, digits and underscores';
    faults.add(field, name, rule, 'write it as "HTTP_TIMEOUT"');
  } else if (OWN_VARIABLES.includes(name)) {
    faults.add(field, value, 'the manager relies on this variable', 'leave it out');
  }
  if (typeof value !== 'string') faults.add(field, value, 'a text', `write it as text: "${value}"`);
}
