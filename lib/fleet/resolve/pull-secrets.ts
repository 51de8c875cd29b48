import type { NormalFleet, NormalRunner } from '../normal-fleet';
import { pullSecretNames } from '../pull-secret-names';
import { isPlaceholder, type ResolvedPullSecret, type ResolvedToken } from '../resolved-fleet';

/** The pull secrets that are rendered: sealed if there is a file, else placeholders. */
export function resolvePullSecrets({ pullSecrets }: NormalFleet): readonly ResolvedPullSecret[] {
  return pullSecrets.map(({ sealed, ...one }) =>
    sealed
      ? { ...one, scope: sealed.scope, ciphertext: sealed.ciphertext }
      : { ...one, scope: 'strict', ciphertext: undefined },
  );
}

/** What the managers of a runner wait for: without a pull secret, nodes ask the registry without a password. */
export function waitsFor(runner: NormalRunner, fleet: NormalFleet, token: ResolvedToken): string | undefined {
  if (isPlaceholder(token)) return token.file;
  const { ofJobs, ofManagers } = pullSecretNames(runner);
  return fleet.pullSecrets.find(
    ({ name, namespace, sealed }) =>
      sealed === undefined &&
      ((namespace === runner.jobNamespace && ofJobs.includes(name)) ||
        (namespace === fleet.managerNamespace && ofManagers.includes(name))),
  )?.file;
}
