import { PROTECTED_ANNOTATION, TAGS_ANNOTATION, UNTAGGED_ANNOTATION } from '../contract';
import { at, textOf } from '../values/record';
import type { Manifest } from './manifest';
import type { Runner } from './runners';

/** Tags that an object says a runner has. */
export interface SaidTags {
  readonly manifest: Manifest;
  readonly tags: readonly string[];
}

/** What GitLab holds of a runner, as annotations say it. */
export interface RegisteredRunner {
  /** Its tags, as its config says them, and as its manager does where that is something else; none where nothing says them. */
  readonly saidTags: readonly SaidTags[];
  /** Whether it takes jobs of protected branches and tags alone. */
  readonly isProtected: boolean;
  /** Whether it takes jobs without tags. */
  readonly takesUntagged: boolean;
}

/** What annotations of a runner's config and manager say that GitLab holds of it. */
export function registeredRunner({ config, manager }: Runner): RegisteredRunner {
  const said = (key: string) => annotationOf(config.manifest, key) ?? annotationOf(manager, key);
  const lists = [config.manifest, ...(manager ? [manager] : [])]
    .map((manifest) => ({ manifest, tags: tagsOf(manifest) }))
    .filter(({ tags }) => tags.length > 0);
  return {
    saidTags: lists.filter(
      ({ tags }, index) => lists.findIndex((other) => other.tags.join() === tags.join()) === index,
    ),
    isProtected: said(PROTECTED_ANNOTATION) === 'true',
    takesUntagged: said(UNTAGGED_ANNOTATION) === 'true',
  };
}

/** What says that a runner has every tag of another one: GitLab gives it whatever is meant for that one. */
export function coveringTags(
  special: Pick<RegisteredRunner, 'saidTags'>,
  plain: Pick<RegisteredRunner, 'saidTags'>,
): SaidTags | undefined {
  return special.saidTags.find(({ tags }) =>
    plain.saidTags.some((wanted) => wanted.tags.every((tag) => tags.includes(tag))),
  );
}

function tagsOf(manifest: Manifest): readonly string[] {
  const tags = (annotationOf(manifest, TAGS_ANNOTATION) ?? '').split(',').map((tag) => tag.trim());
  return tags.filter((tag) => tag !== '');
}

function annotationOf(manifest: Manifest | undefined, key: string): string | undefined {
  return textOf(at(manifest?.body, ['metadata', 'annotations', key]));
}
