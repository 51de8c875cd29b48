import { globFault } from '../../values/glob-fault';
import { isDnsSubdomain } from '../../values/label';
import type { Faults } from '../fault';
import { asText, checkObjectName } from './fields';

/** Rules of the fields that pods of managers and of jobs have in common. */

/** A PriorityClass or a RuntimeClass, or none. */
export function checkClassName(faults: Faults, field: string, name: unknown, example: string): void {
  if (name === undefined || (typeof name === 'string' && isDnsSubdomain(name))) return;
  const kind = field === 'runtimeClassName' ? 'RuntimeClasses' : 'PriorityClasses';
  const rule = `names of ${kind} are lower-case letters, digits, dashes and dots`;
  faults.add(field, name, rule, `write it as "${example}"`);
}

/** A glob of images. */
export function checkImagePattern(faults: Faults, field: string, pattern: unknown, example: string): void {
  if (typeof pattern !== 'string' || !/^\S+$/.test(pattern)) {
    faults.add(field, pattern, 'an image, or a glob of images, without spaces', `write it as "${example}"`);
    return;
  }
  const fault = globFault(pattern);
  if (fault === undefined) return;
  const rule = `${fault}: the runner finds no image in a broken pattern, and refuses jobs silently`;
  faults.add(field, pattern, rule, `close it, for example "${example}"`);
}

/** Environment variables: names as shells have them, and texts. */
export function checkVariables(
  faults: Faults,
  field: string,
  variables: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(variables)) {
    const place = `${field}[${JSON.stringify(name)}]`;
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      const rule = 'variables are letters, digits and underscores';
      faults.add(place, name, rule, 'write it as "HTTP_TIMEOUT"');
    }
    if (typeof value !== 'string') faults.add(place, value, 'a text', asText(value));
  }
}

/** Names of Secrets that images are pulled with. */
export function checkPullSecrets(faults: Faults, names: readonly string[]): void {
  for (const [index, name] of names.entries()) checkObjectName(faults, `imagePullSecrets[${index}]`, name);
}
