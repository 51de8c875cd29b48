import type { NormalRunner } from './normal-fleet';

/** Names of the pull secrets of a runner, of its jobs and of its managers. */
export function pullSecretNames({ imagePullSecrets, jobServiceAccount, manager }: NormalRunner): {
  readonly ofJobs: readonly string[];
  readonly ofManagers: readonly string[];
} {
  return {
    ofJobs: [...imagePullSecrets, ...(jobServiceAccount?.imagePullSecrets ?? [])],
    ofManagers: manager.imagePullSecrets ?? [],
  };
}
