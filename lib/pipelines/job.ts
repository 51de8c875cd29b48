import type { FileLine } from '../problem';
import type { CiNode, CiTable } from './node';

/** A job of a pipeline, or one cell of its matrix. */
export interface PipelineJob {
  /** As GitLab shows it: `build: [amd64]` for a cell. */
  readonly name: string;
  /** The job of the file. */
  readonly base: string;
  /** How many such jobs `parallel: <number>` makes. */
  readonly copies: number;
  readonly at: FileLine;
  /** Where its tags are; the job itself if it has none. */
  readonly tagsAt: FileLine;
  /** Its tags with variables replaced. */
  readonly tags: readonly string[];
  /** Why the tags, or whether there are any, depend on what is not here; undefined where they are known. */
  readonly open: string | undefined;
  readonly image: string | undefined;
  readonly services: readonly JobServiceName[];
  /** Variables of the file, its own and those of its cell. */
  readonly variables: ReadonlyMap<string, string>;
  /** Where each variable is set. */
  readonly variablesAt: ReadonlyMap<string, FileLine>;
  readonly timeout: { readonly at: FileLine; readonly seconds: number } | undefined;
  /** Pull policies of its image and of each service, where they say one. */
  readonly pullPolicies: readonly { readonly at: FileLine; readonly policies: readonly string[] }[];
  readonly retry: CiNode | undefined;
  readonly cache: CiNode | undefined;
  /** Keys of the job that are the same whatever is not read here. */
  readonly isCertain: (key: string) => boolean;
  /** Whether it has the value that `default` gives a key: it says none of its own, and inherits it. */
  readonly takesDefault: (key: string) => boolean;
  /** Whether it runs for protected branches and tags alone, as far as rules say. */
  readonly isForProtectedRefs: boolean;
  /** The job with `default` and `extends` merged. */
  readonly table: CiTable;
}

/** The tags of a job, in the words of a problem. */
export function foundTags({ tags }: Pick<PipelineJob, 'tags'>): string {
  return tags.length > 0 ? `tags: ${tags.join(', ')}` : 'no tags';
}

/** A service of a job, as it names it. */
export interface JobServiceName {
  readonly name: string;
  readonly alias: string | undefined;
  readonly at: FileLine;
}
