import { helperImageTag, type ImageFlavor, managerImageTag } from '../runner/helper-image';
import { FLEET_DEFAULTS, RUNNER_DEFAULTS } from './defaults';
import type { FleetDescription } from './fleet-description';
import type { RunnerDescription } from './runner-description';
import { RUNNER_VERSION } from './versions';

/** Release of a runner's manager and helper. */
export function runnerVersion(runner: RunnerDescription): string {
  return runner.runnerVersion ?? RUNNER_VERSION;
}

/** Base image of a runner's manager and helper. */
export function imageFlavor(runner: RunnerDescription): ImageFlavor {
  return runner.imageFlavor ?? RUNNER_DEFAULTS.imageFlavor;
}

/** Image of a runner's managers, for all architectures. */
export function managerImage(fleet: FleetDescription, runner: RunnerDescription): string {
  return `${imageRegistry(fleet)}/gitlab-runner:${managerImageTag(imageFlavor(runner), runnerVersion(runner))}`;
}

/** Image of the helper container, for the runner's architecture alone. */
export function helperImage(fleet: FleetDescription, runner: RunnerDescription): string {
  const tag = helperImageTag(runner.arch, imageFlavor(runner), runnerVersion(runner));
  return `${imageRegistry(fleet)}/gitlab-runner/gitlab-runner-helper:${tag}`;
}

/** Registry path of both images, without a slash at its end. */
export function imageRegistry(fleet: FleetDescription): string {
  return (fleet.imageRegistry ?? FLEET_DEFAULTS.imageRegistry).replace(/\/+$/, '');
}
