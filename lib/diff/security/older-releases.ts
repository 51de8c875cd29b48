import { displayName } from '../../cluster/manifest';
import type { ObservedRunner } from '../../cluster/observe';
import type { ConfigToml } from '../../gitlab-runner/config/toml';
import {
  compareRunnerVersions,
  missingFeatures,
  parseRunnerVersion,
  type RunnerVersion,
} from '../../gitlab-runner/features';
import { type ImageReference, parseImage } from '../../values/image';
import { fieldsOf, listOf, textOf } from '../../values/record';
import { type Comparison, distinct, type Impact, type Rule } from '../rule';
import { runnerPairs } from './runner-pairs';

/** Managers and helpers that go back to an older release, or whose digest and tag no longer belong together. */
export const olderReleases: Rule = {
  id: 'older-release',
  title:
    'An older release of the runner lacks fixes and guards that the newer one has; a digest decides, whatever the tag says.',
  run: (comparison) => distinct(impacts(comparison)),
};

function impacts(comparison: Comparison): readonly Impact[] {
  return runnerPairs(comparison).flatMap(({ before, after }) => {
    if (!before) return [];
    const olds = imagesOf(before);
    return imagesOf(after).flatMap((now) => {
      // The same image in another container is not a change.
      const same = olds.filter(({ image }) => image.path === now.image.path);
      if (same.length === 0 || same.some(({ text }) => text === now.text)) return [];
      return stepsBack(same[0], now, after);
    });
  });
}

interface RunnerImage {
  readonly text: string;
  readonly image: ImageReference;
  readonly object: string;
  readonly version: RunnerVersion | undefined;
}

/** Images of the manager, and of the helper that runs in every job. */
function imagesOf({ manager, managerPod, config, table }: ObservedRunner): readonly RunnerImage[] {
  const ofManager = ['initContainers', 'containers'].flatMap((list) =>
    listOf(managerPod[list]).map((container) => fieldsOf(container).image),
  );
  const read = (value: unknown, object: string): readonly RunnerImage[] => {
    const text = textOf(value) ?? '';
    const image = parseImage(text);
    return image ? [{ text, image, object, version: versionOf(image) }] : [];
  };
  return [
    ...(manager ? ofManager.flatMap((text) => read(text, displayName(manager))) : []),
    ...read(table.kubernetes.helper_image, displayName(config.manifest)),
  ];
}

/** The release in a tag: `alpine3.21-v19.3.0`, `x86_64-v19.3.0`, `19.3.0`. */
function versionOf({ tag = '' }: ImageReference): RunnerVersion | undefined {
  const [, text] = /(?:^|-)v?(\d+\.\d+\.\d+)(?=$|[-+])/.exec(tag) ?? [];
  return text === undefined ? undefined : parseRunnerVersion(text);
}

function stepsBack(old: RunnerImage, now: RunnerImage, runner: ObservedRunner): readonly Impact[] {
  const say = (weight: 'security' | 'disruptive', what: string, why: string): Impact => ({
    id: 'older-release',
    weight,
    object: now.object,
    what,
    why,
  });
  const { path } = now.image;
  const isOlder = old.version && now.version && compareRunnerVersions(now.version, old.version) < 0;
  if (isOlder && now.version)
    return [
      say(
        'security',
        `${path} goes back to ${now.image.tag}, before ${old.image.tag}.`,
        'It lacks the fixes and guards that came later, security fixes included.',
      ),
      ...lostFeatures(old, now, runner).map((what) =>
        say(
          'disruptive',
          `${now.image.tag} ignores what the config uses: ${what}.`,
          'It came with a later release.',
        ),
      ),
    ];
  const hasDigests = old.image.digest !== undefined && now.image.digest !== undefined;
  const isSameTag = old.image.tag === now.image.tag;
  const isSameDigest = old.image.digest === now.image.digest;
  if (!hasDigests || isSameTag === isSameDigest || now.version === undefined) return [];
  return [
    say(
      'security',
      isSameTag
        ? `${path}:${now.image.tag} is another image under the same tag: ${now.image.digest}, before ${old.image.digest}.`
        : `${path} says ${now.image.tag}, before ${old.image.tag}, and its digest is the one it had.`,
      'The digest decides what runs, and the tag of a release is not moved: compare both with the registry.',
    ),
  ];
}

function lostFeatures(
  old: RunnerImage,
  now: RunnerImage,
  { table, managerPod }: ObservedRunner,
): readonly string[] {
  const isManager = JSON.stringify(managerPod).includes(now.text);
  if (!isManager || !old.version || !now.version) return [];
  const config: ConfigToml = { runners: [table] };
  const known = new Set(missingFeatures(config, old.version));
  const lost = missingFeatures(config, now.version).filter((feature) => !known.has(feature));
  return lost.length === 0 ? [] : [lost.map(({ what, since }) => `${what} (${since})`).join('; ')];
}
