/**
 * Names of claims may hold the number of the slot that a job runs in, from 0, which is unique within a manager.
 * @see gitlab-runner 19.4 executors/kubernetes/kubernetes.go, getVolumesForPVCs
 */
const SLOT = /\$(?:CI_CONCURRENT_ID(?!\w)|\{CI_CONCURRENT_ID\})/g;

/** The names that a name stands for, each once. */
export function namesBySlot(name: string, slots: number): readonly string[] {
  if (!isBySlot(name)) return [name];
  return Array.from({ length: slots }, (_, slot) => name.replace(SLOT, `${slot}`));
}

/** Whether each slot has a name of its own. */
export function isBySlot(name: string): boolean {
  return name.search(SLOT) >= 0;
}
