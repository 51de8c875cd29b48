import { isDnsSubdomain } from '../../values/label';
import type { Faults } from '../fault';
import { tokenSecretName } from '../names';
import type { NormalFleet } from '../normal-fleet';
import { checkObjectName } from './fields';
import { checkSealedPullSecrets } from './sealed-file';

/** Reports what is wrong with the pull secrets that are sealed here, and with their files. */
export function validatePullSecrets(faults: Faults, fleet: NormalFleet): void {
  const { said, pullSecrets, existing } = fleet;
  const seen = new Set<string>();
  for (const [index, name] of (said.sealedPullSecrets ?? []).entries()) {
    const field = `sealedPullSecrets[${index}]`;
    checkObjectName(faults, field, name);
    // A name that is not valid has one fault already.
    if (typeof name !== 'string' || !isDnsSubdomain(name)) continue;
    if (seen.has(name)) faults.add(field, name, 'the name is in the list already', 'leave it out');
    else if (!pullSecrets.some((one) => one.name === name)) addUnused(faults, field, name);
    seen.add(name);
    checkTokenName(faults, field, name, fleet);
    const declared = existing.find((one) => /^Secret\/(?:[^/]+\/)?(.+)$/.exec(one)?.[1] === name);
    if (declared === undefined) continue;
    const rule = 'existing says that someone else creates this Secret, and it is sealed here';
    faults.add(field, name, rule, `remove ${declared} from existing, or the name from this list`);
  }
  checkSealedPullSecrets(faults, fleet);
}

function addUnused(faults: Faults, field: string, name: string): void {
  const rule = 'no pod of the fleet pulls images with it, so that it would be rendered nowhere';
  faults.add(
    field,
    name,
    rule,
    'name it in imagePullSecrets of a runner, of its manager or of orphanCleanup, or remove it here',
  );
}

/** Two SealedSecrets of one name would be one object. */
function checkTokenName(faults: Faults, field: string, name: string, { runners }: NormalFleet): void {
  const owner = runners.find((runner) => tokenSecretName(runner.name) === name);
  if (owner === undefined) return;
  const rule = `this is the name of the Secret with the token of runner ${owner.name}`;
  faults.add(field, name, rule, 'give the pull secret another name');
}
