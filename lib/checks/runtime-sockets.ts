import type { ObservedRunner } from '../cluster/observe';
import { at, fieldsOf, listOf, textOf } from '../values/record';

/** Where container runtimes listen, below `/run`. */
const RUNTIME = /^\/(var\/)?run\/(docker|containerd|crio|cri-dockerd|podman|buildkit|k3s\/containerd)/;
/** Folders that hold all of them. */
const ABOVE = /^\/(var(\/run)?|run)?$/;

/** Paths of the host that let a job pod command the container runtime of its node. */
export function runtimePathsOf({ job }: ObservedRunner): string[] {
  return listOf(fieldsOf(job?.spec).volumes)
    .map((volume) => textOf(at(volume, ['hostPath', 'path'])) ?? '')
    .filter((path) => path !== '')
    .filter((path) => {
      const plain = path.replace(/\/+$/, '');
      return RUNTIME.test(plain) || ABOVE.test(plain);
    });
}
