import { helperImageTag, type ImageFlavor, managerImageTag } from '../../gitlab-runner/executor/helper-image';
import { FLEET_DEFAULTS, RUNNER_DEFAULTS } from '../defaults';
import type { RunnerFleetProps } from '../props/fleet';
import type { RunnerProps } from '../props/runner';
import { RUNNER_VERSION } from '../versions';

/** Release of a runner's manager and helper. */
export function runnerVersion(runner: RunnerProps): string {
  return runner.runnerVersion ?? RUNNER_VERSION;
}

/** Base image of a runner's manager and helper. */
export function imageFlavor(runner: RunnerProps): ImageFlavor {
  return runner.imageFlavor ?? RUNNER_DEFAULTS.imageFlavor;
}

/** Image of a runner's managers, for all architectures. */
export function managerImage(fleet: RunnerFleetProps, runner: RunnerProps): string {
  return `${imageRegistry(fleet)}/gitlab-runner:${managerImageTag(imageFlavor(runner), runnerVersion(runner))}`;
}

/** Image of the helper container, for the runner's architecture alone. */
export function helperImage(fleet: RunnerFleetProps, runner: RunnerProps): string {
  const tag = helperImageTag(runner.arch, imageFlavor(runner), runnerVersion(runner));
  return `${imageRegistry(fleet)}/gitlab-runner/gitlab-runner-helper:${tag}`;
}

/** Registry path of both images, without a slash at its end. */
export function imageRegistry(fleet: RunnerFleetProps): string {
  return (fleet.imageRegistry ?? FLEET_DEFAULTS.imageRegistry).replace(/\/+$/, '');
}
