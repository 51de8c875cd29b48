import { anyJobSpec } from '../../cluster/job-choices';
import { displayName, type Manifest } from '../../cluster/manifest';
import type { ObservedRunner, Subject } from '../../cluster/observe';
import { registryMirrors } from '../../gitlab-runner/config/registry-mirrors';
import { isFloating, parseImage } from '../../values/image';
import { fieldsOf, listOf, textOf } from '../../values/record';
import { type Comparison, changesOf, firstFew, type Impact, impact, type Rule } from '../rule';
import { all } from './all-names';
import { podSpecIn } from './pod-powers';
import { runnerPairs } from './runner-pairs';

/** Images of which nobody of this cluster had one. */
export const imageSources: Rule = {
  id: 'image-sources',
  title:
    'An image from another registry or owner, or of a variable, is code from elsewhere; one without its digest may change.',
  run: (comparison) => [...jobImpacts(comparison), ...workloadImpacts(comparison)],
};

const WHY = 'Whoever may push there says what runs here.';

function jobImpacts(comparison: Comparison): Impact[] {
  const known = comparison.before.runners.flatMap(imagesOf);
  return runnerPairs(comparison).flatMap(({ before, after }) => {
    const parts = [
      newSources(before ? imagesOf(before) : known, imagesOf(after)),
      newMirrors(before, after),
      before && otherHelper(before, after),
    ].filter((part) => part !== undefined);
    if (parts.length === 0) return [];
    const object = displayName(after.config.manifest);
    return [{ id: 'image-sources', weight: 'security', object, what: parts.join(' '), why: WHY }];
  });
}

/** Mirrors that Docker daemons of jobs pull from, as a sentence; undefined where none is new. */
function newMirrors(before: ObservedRunner | undefined, after: ObservedRunner): string | undefined {
  const known = registryMirrors(before?.table.kubernetes);
  const added = registryMirrors(after.table.kubernetes).filter((mirror) => !known.includes(mirror));
  return added.length === 0
    ? undefined
    : `Docker in its jobs pulls images of Docker Hub from ${all(added, ', ')}.`;
}

/** Another image of the same owner instead of the helper, which sees the sources and the credentials of every job. */
function otherHelper(before: ObservedRunner, after: ObservedRunner): string | undefined {
  const [old, now] = [before, after].map(({ table }) => table.kubernetes.helper_image);
  return old && now ? otherRepositories([old], [now]) : undefined;
}

/** Images of a known owner that are none of those before, as a sentence. */
function otherRepositories(before: readonly string[], after: readonly string[]): string | undefined {
  if ([...before, ...after].some(isChosen)) return undefined;
  const [repositories, sources] = [new Set(before.map(repositoryOf)), new Set(before.map(sourceOf))];
  const others = after.filter(
    (image) => !repositories.has(repositoryOf(image)) && sources.has(sourceOf(image)),
  );
  if (others.length === 0) return undefined;
  return `Runs ${all(others, ', ')}, another image of the same owner; before, ${all([...repositories], ', ')}.`;
}

/** Images of the config: of jobs that name none, of the helper, and of services. */
function imagesOf({ table }: ObservedRunner): readonly string[] {
  const { kubernetes } = table;
  const spec = anyJobSpec(table);
  // The image that stands in for one that no config names has no registry.
  const made = spec ? imagesOfSpec(spec).filter((image) => !['image', 'service'].includes(image)) : [];
  const named = [
    kubernetes.image,
    kubernetes.helper_image,
    ...(kubernetes.services ?? []).map(({ name }) => name),
  ];
  return [...new Set([...made, ...named.flatMap((image) => image || [])])];
}

function imagesOfSpec(spec: Readonly<Record<string, unknown>>): readonly string[] {
  return ['initContainers', 'containers'].flatMap((list) =>
    listOf(spec[list]).flatMap((container) => textOf(fieldsOf(container).image) ?? []),
  );
}

function workloadImpacts(comparison: Comparison): Impact[] {
  const known = workloadImages(comparison.before);
  return changesOf(
    comparison,
    'Deployment',
    'StatefulSet',
    'DaemonSet',
    'ReplicaSet',
    'CronJob',
    'Job',
    'Pod',
  ).flatMap((change) => {
    if (!change.after) return [];
    const old = change.before ? imagesIn(change.before) : known;
    const now = imagesIn(change.after);
    const parts = [newSources(old, now), otherRepositories(old, now)].filter((part) => part !== undefined);
    return parts.length === 0 ? [] : [impact('image-sources', 'security', change, parts.join(' '), WHY)];
  });
}

function workloadImages({ manifests }: Subject): readonly string[] {
  return manifests.flatMap(imagesIn);
}

function imagesIn(manifest: Manifest): readonly string[] {
  return imagesOfSpec(podSpecIn(manifest) ?? {});
}

/** What of some images comes from elsewhere than those before, as a sentence; undefined where nothing does. */
function newSources(before: readonly string[], after: readonly string[]): string | undefined {
  if (before.length === 0) return undefined;
  const chosen = after.filter((image) => isChosen(image) && !before.includes(image));
  const [olds, news] = [before, after].map((images) => images.filter((image) => !isChosen(image)));
  const known = new Set(olds.map(sourceOf));
  const foreign = known.size === 0 ? [] : news.filter((image) => !known.has(sourceOf(image)));
  const pinned = new Set(olds.filter((image) => image.includes('@')).map(repositoryOf));
  const loose = news.filter((image) => !image.includes('@') && pinned.has(repositoryOf(image)));
  const floating = news.filter((image) => {
    const same = olds.filter((one) => repositoryOf(one) === repositoryOf(image));
    return same.length > 0 && same.every((one) => isLooser(image, one));
  });
  const parts = [
    ...(foreign.length > 0
      ? [`Runs ${all(foreign, ', ')}; before, from ${firstFew([...known])} alone.`]
      : []),
    ...(floating.length > 0
      ? [`Runs ${all(floating, ', ')}: its tag moves, and no release is named any more.`]
      : []),
    ...(loose.length > 0 ? [`No longer pins ${all(loose, ', ')} by digest.`] : []),
    ...(chosen.length > 0
      ? [
          `Runs ${all(chosen, ', ')}: whoever sets the variable chooses the image, whatever allowed_images says.`,
        ]
      : []),
  ];
  return parts.length > 0 ? parts.join(' ') : undefined;
}

/**
 * Whether a variable stands in an image. The runner puts in those of the job, and allows what the config names.
 * @see https://docs.gitlab.com/runner/executors/kubernetes/#restrict-docker-images-and-services
 */
function isChosen(image: string): boolean {
  return image.includes('$');
}

/** Whether an image follows what is published, and one before named a release: `latest` after `3.22`, or `v19` after `v19.3.0`. */
function isLooser(image: string, before: string): boolean {
  if (image.includes('@') || floats(before)) return false;
  const [now, old] = [image, before].map(partsOfRelease);
  return floats(image) || (old >= 2 && now < old);
}

/** How many numbers the release in a tag has: 3 for `alpine-v19.3.0`. */
function partsOfRelease(image: string): number {
  const tag = parseImage(image)?.tag ?? '';
  return Math.max(0, ...(tag.match(/\d+(?:\.\d+)*/g) ?? []).map((number) => number.split('.').length));
}

function floats(image: string): boolean {
  const reference = parseImage(image);
  return reference !== undefined && isFloating(reference);
}

/** Registry and owner of an image: `docker.io/library` for `alpine`, the registry alone where it has no owners. */
function sourceOf(image: string): string {
  const [registry, ...path] = repositoryOf(image).split('/');
  return path.length > 1 ? `${registry}/${path[0]}` : registry;
}

/** The image without tag and digest, with what goes without saying. */
function repositoryOf(image: string): string {
  const path = image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  const [first, ...rest] = path.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  if (hasRegistry) return path.replace(/^index\.docker\.io\//, 'docker.io/');
  return rest.length > 0 ? `docker.io/${path}` : `docker.io/library/${path}`;
}
