import type { RunnerTable } from '../../lib/gitlab-runner/config/toml';
import type { Job } from '../../lib/gitlab-runner/executor/job';
import { type JobPod, jobPod } from '../../lib/gitlab-runner/executor/job-pod';
import { largestJob } from '../../lib/gitlab-runner/executor/job-resources';
import { parseQuantity } from '../../lib/values/quantity';
import { isTable } from '../../lib/values/record';

/**
 * Each field of job pods that differs between two configs, as `path: theirs -> ours`: of usual jobs and of those that ask for
 * as much as either config allows, with a service and without. Jobs name an image where the first config names none.
 *
 * @param release release of both managers
 */
export function differences(theirs: RunnerTable, ours: RunnerTable, release: string): readonly string[] {
  const image = theirs.kubernetes.image ? undefined : ours.kubernetes.image;
  const jobs: readonly Job[] = [{}, largestJob(theirs), largestJob(ours)].flatMap((job) =>
    [[], ['registry.example.com/service:1']].map((services) => ({ ...job, image, services })),
  );
  const found = jobs.flatMap((job) => differing(jobPod(theirs, job, release), jobPod(ours, job, release)));
  return [...new Set(found)].sort();
}

/** What a list says of several containers, `build+helper.imagePullPolicy: ...`, as a line for each. */
export function eachContainer(line: string): readonly string[] {
  const [, names, change] = /^([\w+-]+\+[\w-]+)(\..*)$/.exec(line) ?? [];
  return names === undefined ? [line] : names.split('+').map((name) => `${name}${change}`);
}

type Pod = ReturnType<typeof jobPod>;

function differing(theirs: Pod, ours: Pod): readonly string[] {
  const [left, right] = [leavesOf(theirs), leavesOf(ours)];
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((path) => !isEqual(left.get(path), right.get(path)))
    .map((path) => {
      const place = path.replace(/^(?:initC|c)ontainers\./, '');
      return `${place}: ${left.get(path) ?? 'none'} -> ${right.get(path) ?? 'none'}`;
    });
}

/** Quantities are equal however they are written. */
function isEqual(theirs = '', ours = ''): boolean {
  if (theirs === ours) return true;
  const amount = parseQuantity(theirs);
  return amount !== undefined && amount === parseQuantity(ours);
}

/** Every value of a pod by its path. */
function leavesOf(pod: Pod): ReadonlyMap<string, string> {
  return new Map('refused' in pod ? leaves(pod, '') : leaves(comparable(pod), ''));
}

/** Items of lists by what they are of, so that their order says nothing. */
function comparable({ containers, initContainers, tolerations, volumes, ...pod }: JobPod): object {
  return {
    ...pod,
    containers: Object.fromEntries(containers.map((one) => [one.name, container(one)])),
    initContainers: Object.fromEntries(initContainers.map((one) => [one.name, container(one)])),
    tolerations: Object.fromEntries(
      tolerations.map(({ key, operator, value = '', effect = '' }) => [
        `${key}=${value}:${effect}`,
        operator,
      ]),
    ),
    volumes: Object.fromEntries(volumes.map(({ name, ...source }) => [name, source])),
  };
}

/** Whether it is privileged and may escalate stands in its security context too. */
function container({
  name: _,
  privileged: __,
  allowPrivilegeEscalation: ___,
  ...one
}: JobPod['containers'][0]) {
  const mounts = one.volumeMounts.map(({ mountPath, ...mount }) => [mountPath, mount]);
  return { ...one, volumeMounts: Object.fromEntries(mounts) };
}

function leaves(value: unknown, path: string): readonly [string, string][] {
  const below = (key: string) => (path === '' ? key : `${path}.${key}`);
  if (!isTable(value)) {
    if (value === undefined) return [];
    return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([key, item]) => leaves(item, below(key)));
}
