import { inMebibytes, isByteSlip, parseQuantity } from '../../values/quantity';
import { type Fields, fieldsOf, listOf, textOf, textsOf } from '../../values/record';
import { defaultBuildsDir } from '../executor/job-system';
import { flagIsOn } from '../features';
import type { ConfigProblem } from './problem';

/** A volume of the config, with where it stands. */
interface ConfiguredVolume {
  readonly at: string;
  readonly kind: string;
  readonly name: string;
  readonly mountPath: string;
}

/**
 * Volumes of one name, and mounts of one path: the API server refuses every job pod that has two. A claim that is listed
 * twice is one volume, which the executor sees to.
 * @see gitlab-runner 19.4 executors/kubernetes/kubernetes.go, getVolumes and getVolumeMounts
 */
export function volumeFaults(runner: Fields, path: string): readonly ConfigProblem[] {
  const volumes = volumesOf(fieldsOf(fieldsOf(runner.kubernetes).volumes), `${path}.volumes`);
  return [
    ...nameFaults(volumes, executorNames(runner, volumes)),
    ...mountFaults(volumes),
    ...emptyDirFaults(fieldsOf(fieldsOf(runner.kubernetes).volumes), `${path}.volumes`),
  ];
}

function volumesOf(volumes: Fields, path: string): readonly ConfiguredVolume[] {
  return Object.entries(volumes).flatMap(([kind, list]) =>
    listOf(list).map((volume, index) => {
      const { name, mount_path: mountPath } = fieldsOf(volume);
      const at = `${path}.${kind}[${index}]`;
      return { at, kind, name: textOf(name) ?? '', mountPath: textOf(mountPath) ?? '' };
    }),
  );
}

/** Names of the volumes that the executor adds. */
function executorNames(runner: Fields, volumes: readonly ConfiguredVolume[]): ReadonlySet<string> {
  const attach = !flagIsOn(runner, 'FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY');
  const scripts = attach || flagIsOn(runner, 'FF_USE_DUMB_INIT_WITH_KUBERNETES_EXECUTOR');
  const selector = textsOf(fieldsOf(runner.kubernetes).node_selector);
  const builds = textOf(runner.builds_dir) || defaultBuildsDir(selector);
  const repo = volumes.every(({ mountPath }) => mountPath !== builds);
  return new Set([...(repo ? ['repo'] : []), ...(scripts ? ['scripts'] : []), ...(attach ? ['logs'] : [])]);
}

function nameFaults(
  volumes: readonly ConfiguredVolume[],
  taken: ReadonlySet<string>,
): readonly ConfigProblem[] {
  const seen = new Map<string, ConfiguredVolume>();
  return volumes.flatMap((volume): ConfigProblem[] => {
    const first = seen.get(volume.name);
    if (first === undefined) seen.set(volume.name, volume);
    if (volume.name === '') return [];
    if (taken.has(volume.name)) return [twice(volume, 'the executor adds one of this name itself')];
    if (first === undefined || (first.kind === 'pvc' && volume.kind === 'pvc')) return [];
    return [twice(volume, `${first.at} has the same name`)];
  });
}

function twice({ at, kind, name }: ConfiguredVolume, reason: string): ConfigProblem {
  const isOwnName = ['config_map', 'secret', 'pvc'].includes(kind);
  return {
    id: 'volume-name',
    severity: 'error',
    at: `${at}.name`,
    found: name,
    why: `${reason}: the API server refuses every job pod, whose volumes need names of their own`,
    fix: isOwnName ? 'give the object another name: the volume is called like it' : 'give it another name',
  };
}

function mountFaults(volumes: readonly ConfiguredVolume[]): readonly ConfigProblem[] {
  const seen = new Map<string, ConfiguredVolume>();
  return volumes.flatMap((volume): ConfigProblem[] => {
    const { mountPath } = volume;
    const first = seen.get(mountPath);
    if (mountPath === '') return [];
    if (first === undefined) {
      seen.set(mountPath, volume);
      return [];
    }
    return [
      {
        id: 'volume-mount',
        severity: 'error',
        at: `${volume.at}.mount_path`,
        found: mountPath,
        why: `${first.at} is mounted there too: the API server refuses every job pod`,
        fix: 'mount it elsewhere',
      },
    ];
  });
}

/** What the kubelet makes an empty volume of. */
const MEDIUM = /^(Memory|HugePages(-\S+)?)?$/;

/**
 * Sizes and kinds of empty volumes, which nothing refuses before a job runs.
 * @see gitlab-runner 19.4 executors/kubernetes/kubernetes.go, parseVolumeSizeLimit
 */
function emptyDirFaults({ empty_dir }: Fields, path: string): readonly ConfigProblem[] {
  return listOf(empty_dir).flatMap((volume, index): ConfigProblem[] => {
    const { size_limit, medium } = fieldsOf(volume);
    const at = `${path}.empty_dir[${index}]`;
    const fault = sizeFault(textOf(size_limit)?.trim() ?? '', `${at}.size_limit`);
    const kind = textOf(medium) ?? '';
    return [
      ...(fault === undefined ? [] : [fault]),
      ...(MEDIUM.test(kind) ? [] : [mediumFault(kind, `${at}.medium`)]),
    ];
  });
}

function sizeFault(found: string, at: string): ConfigProblem | undefined {
  const size = found === '' ? 0n : parseQuantity(found);
  if (size === undefined) {
    const why =
      'this is not a valid quantity: the runner warns in the log of each job, and the volume has no limit';
    return { id: 'quantity', severity: 'warning', at, found, why, fix: 'write it as "512Mi" or "2Gi"' };
  }
  if (size <= 0n || !isByteSlip(size)) return undefined;
  const why = 'less than a mebibyte: the kubelet evicts a job as soon as it writes there';
  return { id: 'unit-slip', severity: 'error', at, found, why, fix: `write "${inMebibytes(found)}"` };
}

function mediumFault(found: string, at: string): ConfigProblem {
  const why =
    'the kubelet knows no such medium: every job pod stays in ContainerCreating until the job fails';
  const fix = /^memory$/i.test(found)
    ? 'write "Memory"'
    : 'write "Memory", or leave it out for the disk of the node';
  return { id: 'refused-value', severity: 'error', at, found, why, fix };
}
