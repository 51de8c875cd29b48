import { parseRunnerVersion, type RunnerVersion } from '../gitlab-runner/features';
import { looseImage } from '../values/image';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import type { Manifest } from './manifest';
import { containersOf, type WorkloadContainer } from './workloads';

/** The image of the container that runs GitLab Runner; empty where there is none. */
export function managerImageOf(managerPod: Fields): string {
  const images = listOf(managerPod.containers).map((one) => textOf(fieldsOf(one).image) ?? '');
  return images.find((image) => image.includes('gitlab-runner')) ?? '';
}

/** The release of GitLab Runner that the tag of an image names, for example `19.3.0`. */
export function releaseInImage(image: string): string | undefined {
  return /v(\d+\.\d+\.\d+)/.exec(looseImage(image).tag ?? '')?.[1];
}

/** The release of GitLab Runner that a manager runs, as its image says. */
export function managerRelease(managerPod: Fields): RunnerVersion | undefined {
  return parseRunnerVersion(releaseInImage(managerImageOf(managerPod)));
}

/** The container of a manager that runs GitLab Runner, as its image or its command says; undefined where several may, or none. */
export function managerContainer(
  manager: Manifest,
  manifests: readonly Manifest[],
): WorkloadContainer | undefined {
  const running = containersOf(manager, manifests).filter(
    ({ path, fields, command }) =>
      path.includes('containers') &&
      (/gitlab-runner/.test(textOf(fields.image) ?? '') ||
        command.some((word) => /gitlab-runner$/.test(word))),
  );
  return running.length === 1 ? running[0] : undefined;
}
