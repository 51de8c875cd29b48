import { sealedPullSecretFile } from '../names';
import type { NormalPullSecret, NormalRunner, SealedFile } from '../normal-fleet';
import type { RunnerFleetProps } from '../props/fleet';
import { pullSecretNames } from '../pull-secret-names';

/**
 * The pull secrets that are sealed here, in every namespace whose pods name them, each once.
 *
 * @param ofCleanup names that the cleanup of orphaned job pods pulls with, beside the managers
 */
export function normalisePullSecrets(
  { name: fleet, sealedPullSecrets = [] }: RunnerFleetProps,
  managerNamespace: string,
  runners: readonly NormalRunner[],
  sealedFiles: readonly SealedFile[],
  ofCleanup: readonly string[],
): readonly NormalPullSecret[] {
  const found = new Map<string, NormalPullSecret>();
  const ofRunners = runners.flatMap((runner) => {
    const { ofJobs, ofManagers } = pullSecretNames(runner);
    return [
      ...ofManagers.map((name) => [managerNamespace, name]),
      ...ofJobs.map((name) => [runner.jobNamespace, name]),
    ];
  });
  for (const [namespace, name] of [...ofRunners, ...ofCleanup.map((one) => [managerNamespace, one])]) {
    if (!sealedPullSecrets.includes(name)) continue;
    const file = sealedPullSecretFile(fleet, namespace, name);
    const content = sealedFiles.find((one) => one.file === file)?.content;
    const sealed = typeof content === 'object' ? content : undefined;
    found.set(file, { name, namespace, file, sealed });
  }
  return [...found.values()];
}
