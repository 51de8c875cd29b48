import { isDnsLabel } from '../../values/label';
import type { Faults } from '../fault';

/** Rules of the fields that pods of managers and of jobs have in common. */

/** A PriorityClass or a RuntimeClass, or none. */
export function checkClassName(faults: Faults, field: string, name: unknown, example: string): void {
  if (name === undefined || (typeof name === 'string' && isDnsLabel(name.replaceAll('.', '-'), 253))) return;
  const kind = field === 'runtimeClassName' ? 'RuntimeClasses' : 'PriorityClasses';
  const rule = `names of ${kind} are lower-case letters, digits, dashes and dots`;
  faults.add(field, name, rule, `write it as "${example}"`);
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
    if (typeof value !== 'string') faults.add(place, value, 'a text', `write it as text: "${value}"`);
  }
}
