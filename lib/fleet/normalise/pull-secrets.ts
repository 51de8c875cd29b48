import { sealedPullSecretFile } from '../names';
import type { NormalPullSecret, NormalRunner, SealedFile } from '../normal-fleet';
import type { RunnerFleetProps } from '../props/fleet';
import { pullSecretNames } from '../pull-secret-names';

/** The pull secrets that are sealed here, in every namespace whose pods name them, each once. */
export function normalisePullSecrets(
  { name: fleet, sealedPullSecrets = [] }: RunnerFleetProps,
  managerNamespace: string,
  runners: readonly NormalRunner[],
  sealedFiles: readonly SealedFile[],
): readonly NormalPullSecret[] {
  const found = new Map<string, NormalPullSecret>();
  for (const runner of runners) {
    const { ofJobs, ofManagers } = pullSecretNames(runner);
    const uses = [
      ...ofManagers.map((name) => [managerNamespace, name]),
      ...ofJobs.map((name) => [runner.jobNamespace, name]),
    ];
    for (const [namespace, name] of uses) {
      if (!sealedPullSecrets.includes(name)) continue;
      const file = sealedPullSecretFile(fleet, namespace, name);
      const content = sealedFiles.find((one) => one.file === file)?.content;
      const sealed = typeof content === 'object' ? content : undefined;
      found.set(file, { name, namespace, file, sealed });
    }
  }
  return [...found.values()];
}
