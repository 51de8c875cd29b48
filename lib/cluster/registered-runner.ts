import { PROTECTED_ANNOTATION, TAGS_ANNOTATION, UNTAGGED_ANNOTATION } from '../contract';
import { at, textOf } from '../values/record';
import type { Manifest } from './manifest';
import type { Runner } from './runners';

/** What GitLab holds of a runner, as annotations say it. */
export interface RegisteredRunner {
  /** Its tags; none where nothing says them. */
  readonly tags: readonly string[];
  /** Whether it takes jobs of protected branches and tags alone. */
  readonly isProtected: boolean;
  /** Whether it takes jobs without tags. */
  readonly takesUntagged: boolean;
}

/** What annotations of a runner's config and manager say that GitLab holds of it. */
export function registeredRunner({ config, manager }: Runner): RegisteredRunner {
  const said = (key: string) => annotationOf(config.manifest, key) ?? annotationOf(manager, key);
  const tags = (said(TAGS_ANNOTATION) ?? '').split(',').map((tag) => tag.trim());
  return {
    tags: tags.filter((tag) => tag !== ''),
    isProtected: said(PROTECTED_ANNOTATION) === 'true',
    takesUntagged: said(UNTAGGED_ANNOTATION) === 'true',
  };
}

function annotationOf(manifest: Manifest | undefined, key: string): string | undefined {
  return textOf(at(manifest?.body, ['metadata', 'annotations', key]));
}
