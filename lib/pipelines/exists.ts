import { matcherOf } from '../values/fnmatch';
import { type CiNode, keyOf, textsIn } from './node';
import type { ProjectFiles } from './project-files';
import { expandKnown } from './variables';

/** Comparisons after which GitLab takes a pattern for one that matches. @see MAX_PATTERN_COMPARISONS in its exists.rb */
const MOST_COMPARISONS = 10_000;

/**
 * Whether a project has one of the files of `rules:exists`; undefined where that can't be said here.
 * @see lib/gitlab/ci/build/rules/rule/clause/exists.rb of GitLab
 */
export function exists(
  node: CiNode | undefined,
  given: ReadonlyMap<string, string>,
  project: ProjectFiles | undefined,
): boolean | undefined {
  if (node === undefined) return true;
  // Those of another project are not here; a regular expression is of an engine that is not here.
  const isElsewhere = keyOf(node, 'project') !== undefined || keyOf(node, 'regexp') !== undefined;
  if (project === undefined || isElsewhere) return undefined;
  const paths = textsIn(keyOf(node, 'paths') ?? node).map((path) => expandKnown(path, given));
  const known = paths.filter(({ open }) => open.length === 0).map(({ text }) => text);
  const found = [
    ...known.filter((path) => !isPattern(path)).map((path) => hasFile(path, project)),
    hasMatch(known.filter(isPattern), project),
    paths.length > known.length ? undefined : false,
  ];
  if (found.includes(true)) return true;
  return found.length === 0 || found.includes(undefined) ? undefined : false;
}

function isPattern(path: string): boolean {
  return /[*?[{]/.test(path);
}

function hasFile(path: string, project: ProjectFiles): boolean | undefined {
  // Whether GitLab finds a folder depends on its release and on the files around it.
  return path.endsWith('/') ? undefined : lookupOf(project).names.has(path);
}

/** Whether one of the patterns matches a file, or GitLab stops counting before it knows. */
function hasMatch(patterns: readonly string[], project: ProjectFiles): boolean | undefined {
  const { names } = lookupOf(project);
  const found = patterns.map((pattern) => matchesAny(pattern, project));
  if (found.includes(true)) return true;
  // Files that are not committed may be among those here, and count for nothing there.
  return names.size * patterns.length > MOST_COMPARISONS || found.includes(undefined) ? undefined : false;
}

/** What is known of the files of a project: many jobs have the same rules. */
interface Lookup {
  readonly names: ReadonlySet<string>;
  readonly matches: Map<string, boolean | undefined>;
}

const LOOKUPS = new WeakMap<ProjectFiles, Lookup>();

function lookupOf(project: ProjectFiles): Lookup {
  const known = LOOKUPS.get(project) ?? { names: new Set(project.list()), matches: new Map() };
  LOOKUPS.set(project, known);
  return known;
}

/** Undefined for a pattern with too many alternatives. */
function matchesAny(pattern: string, project: ProjectFiles): boolean | undefined {
  const { names, matches } = lookupOf(project);
  if (!matches.has(pattern)) {
    const matcher = matcherOf(pattern);
    matches.set(pattern, matcher && [...names].some(matcher));
  }
  return matches.get(pattern);
}
