import type { FieldPath } from '../values/field-path';
import { parseImage } from '../values/image';
import { at, type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { mounts, type RunnerConfig } from './config-files';
import { baseName } from './file-names';
import type { Manifest } from './manifest';
import { isPodWorkload } from './pod-workloads';
import type { Runner } from './runners';

/** A workload that runs GitLab Runner, by a config that is not read here. */
export interface UnreadRunner {
  readonly manifest: Manifest;
  readonly path: FieldPath;
  /** What shows that it is a runner. */
  readonly found: string;
  /** Where its config comes from, as far as anything tells. */
  readonly why: string;
}

/** Where the pod of a workload is. */
const POD_PATHS: Readonly<Record<string, FieldPath>> = {
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
};

/** Where the pod of an object that is shaped as a Deployment is said to be. */
const SHAPED: FieldPath = ['spec', 'template', 'spec'];

/** Workloads that run GitLab Runner, and Runners of GitLab's operator, whose runners nobody has read. */
export function unreadRunnersOf(
  manifests: readonly Manifest[],
  runners: readonly Runner[],
  configs: readonly RunnerConfig[],
): readonly UnreadRunner[] {
  const managers = new Set(runners.map(({ manager }) => manager));
  const isRead = (manifest: Manifest) =>
    managers.has(manifest) ||
    configs.some(
      (config) =>
        config.manifest === manifest || config.operated === manifest || mounts(manifest, config.manifest),
    );
  return manifests
    .flatMap((manifest) => operatorRunner(manifest) ?? workloadRunner(manifest) ?? [])
    .filter(({ manifest }) => !isRead(manifest));
}

function operatorRunner(manifest: Manifest): UnreadRunner | undefined {
  if (manifest.kind !== 'Runner' || !manifest.apiVersion.startsWith('apps.gitlab.com/')) return undefined;
  const why = "GitLab's operator makes its config";
  return { manifest, path: ['spec'], found: 'a Runner of the operator', why };
}

function workloadRunner(manifest: Manifest): UnreadRunner | undefined {
  const isKnown = Object.hasOwn(POD_PATHS, manifest.kind);
  const podPath = isKnown ? POD_PATHS[manifest.kind] : isPodWorkload(manifest) ? SHAPED : undefined;
  if (podPath === undefined) return undefined;
  const pod = fieldsOf(at(manifest.body, podPath));
  const containers = listOf(pod.containers).map(fieldsOf);
  const index = containers.findIndex(runsRunner);
  if (index < 0) return undefined;
  const path = [...podPath, 'containers', index, 'image'];
  const found = textOf(containers[index].image) ?? 'gitlab-runner';
  return { manifest, path, found, why: `it runs gitlab-runner, and ${configSource(pod)}` };
}

function runsRunner(container: Fields): boolean {
  const image = parseImage(textOf(container.image) ?? '');
  const isImage = /^gitlab-runner(-(alpine|ubi|ubuntu|ocp|fips)[\w-]*)?$/.test(baseName(image?.path ?? ''));
  return isImage || /gitlab-runner["\s,]+(run|run-single|register)\b/.test(commandOf(container));
}

function commandOf({ command, args }: Fields): string {
  return [...listOf(command), ...listOf(args)].map(String).join(' ');
}

/** Where the runner's config comes from: as good a guess as the pod allows. */
function configSource(pod: Fields): string {
  const all = [...listOf(pod.initContainers), ...listOf(pod.containers)].map(fieldsOf);
  if (all.some((one) => /\bregister\b/.test(commandOf(one))))
    return 'registers by flags or environment, which are not read here';
  const volumes = JSON.stringify(listOf(pod.volumes));
  if (/"secretName":|"secret":/.test(volumes)) return 'its config may be in a Secret, which is not read here';
  if (/"persistentVolumeClaim":/.test(volumes)) return 'its config is on a volume, which is not read here';
  return 'no ConfigMap here holds its config.toml';
}
