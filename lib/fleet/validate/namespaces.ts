import type { Faults } from '../fault';
import type { NormalFleet } from '../normal-fleet';
import { checkOneOf } from './fields';

/** Reports what is wrong with what a fleet says of single namespaces. */
export function validateNamespaces(faults: Faults, fleet: NormalFleet): void {
  const { managerNamespace, namespaces, runners } = fleet;
  const known = [...new Set([managerNamespace, ...runners.map(({ jobNamespace }) => jobNamespace)])];
  const seen = new Set<string>();
  for (const [index, { name, existing, podSecurity }] of namespaces.entries()) {
    const place = faults.at(`namespaces[${index}]`);
    if (seen.has(name)) place.add('name', name, 'it is described twice', 'merge the two entries');
    else if (!known.includes(name)) {
      const rule = `managers and jobs of the fleet are in ${known.join(', ')}`;
      place.add('name', name, rule, 'write one of them, or leave the entry out');
    }
    seen.add(name);
    if (podSecurity === undefined) continue;
    checkOneOf(place, 'podSecurity', podSecurity, ['privileged', 'baseline', 'restricted']);
    if (existing) {
      const rule = 'whoever makes the namespace says which level it enforces';
      place.add(
        'podSecurity',
        podSecurity,
        rule,
        'leave it out; npx runner-fleet needs says what it must be',
      );
    }
    const unsafe = runners.find((one) => one.jobNamespace === name && one.unsafeKind !== undefined);
    if (unsafe === undefined || podSecurity === 'privileged') continue;
    const rule = `jobs of runner ${unsafe.name} (${unsafe.unsafeKind}) are refused by any other level than privileged`;
    place.add('podSecurity', podSecurity, rule, 'leave it out');
  }
}
