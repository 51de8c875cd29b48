import { fieldsOf, listOf } from '../values/record';
import type { FleetRunner } from './fleet';
import type { PipelineJob } from './job';
import { type CiNode, flatItems, keyOf, textOf } from './node';
import type { Offer } from './offer';
import { type PipelineProblem, problem } from './problem';

/** Caches without a key of their own, and those that a runner does not keep. */
export function cacheProblems(job: PipelineJob, offers: readonly Offer[]): readonly PipelineProblem[] {
  const caches = flatItems(job.cache).filter(isCache);
  return [...withoutKey(job, caches), ...lost(job, caches, offers)];
}

/** A cache of nothing is none. */
function isCache(node: CiNode): boolean {
  return keyOf(node, 'paths') !== undefined || textOf(keyOf(node, 'untracked')) === 'true';
}

function withoutKey({ name }: PipelineJob, caches: readonly CiNode[]): readonly PipelineProblem[] {
  const shared = caches.find((one) => keyOf(one, 'key') === undefined);
  if (shared === undefined) return [];
  const words = {
    found: 'a cache without key',
    why: 'all jobs whose caches have no key share one cache, whatever their branch, and overwrite what the others stored',
    fix: 'write a key, for example key: { files: [package-lock.json] } or key: $CI_JOB_NAME',
  };
  return [problem('cache-key', 'warning', shared.at, words, { jobs: [name] })];
}

function lost(
  { name }: PipelineJob,
  caches: readonly CiNode[],
  offers: readonly Offer[],
): readonly PipelineProblem[] {
  const [first] = caches;
  if (first === undefined) return [];
  const words = {
    found: 'a cache',
    why: 'the runner ({runners}) stores no caches: what the job caches is lost with its pod, and it always starts without',
    fix: 'give the runner a cache (cache: { bucket, region } in its description), or remove cache from the job',
  };
  return offers
    .filter(({ runner }) => losesCaches(runner))
    .map(({ runner }) =>
      problem('cache-lost', 'warning', first.at, words, { jobs: [name], runners: [runner.name] }),
    );
}

/** Where the helper of the Kubernetes executor puts caches that go into no bucket. */
const CACHE_FOLDER = '/cache';
/** Volumes that outlive the pod. */
const LASTING = ['pvc', 'host_path', 'nfs', 'csi'];

/** Whether caches go neither into a bucket nor onto a volume that stays. */
function losesCaches({ observed }: FleetRunner): boolean {
  if (observed === undefined) return false;
  const { cache, cache_dir: folder, kubernetes } = observed.runner.table;
  if (cache?.Type) return false;
  const volumes = fieldsOf(kubernetes.volumes);
  const mounts = LASTING.flatMap((kind) => listOf(volumes[kind])).map((one) =>
    String(fieldsOf(one).mount_path ?? ''),
  );
  return !mounts.some((mount) => isWithin(folder || CACHE_FOLDER, mount));
}

function isWithin(folder: string, mount: string): boolean {
  const top = mount.replace(/\/+$/, '');
  return folder === top || folder.startsWith(`${top}/`);
}
