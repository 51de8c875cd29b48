import { parseRunnerVersion, type RunnerVersion } from '../gitlab-runner/features';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import type { Manifest } from './manifest';
import { containersOf, type WorkloadContainer } from './workloads';

/** The image of the container that runs GitLab Runner; empty where there is none. */
export function managerImageOf(managerPod: Fields): string {
  const images = listOf(managerPod.containers).map((one) => textOf(fieldsOf(one).image) ?? '');
  return images.find((image) => image.includes('gitlab-runner')) ?? '';
}

/** The tag of an image. */
export function tagOf(image: string | undefined): string | undefined {
  return image === undefined ? undefined : /:([\w.-]+)(@|$)/.exec(image)?.[1];
}

/** The release of GitLab Runner in a tag, as `19.3.0`. */
export function releaseInTag(tag: string): string | undefined {
  return /v(\d+\.\d+\.\d+)/.exec(tag)?.[1];
}

/** The release of GitLab Runner that a manager runs, as its image says. */
export function managerRelease(managerPod: Fields): RunnerVersion | undefined {
  return parseRunnerVersion(releaseInTag(tagOf(managerImageOf(managerPod)) ?? ''));
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
