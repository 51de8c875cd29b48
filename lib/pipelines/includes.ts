import type { SourceFile } from '../cluster/manifest';
import type { FileLine } from '../problem';
import { matchesGlob } from '../values/glob';
import { nearestName } from '../values/suggest';
import { inputValues, interpolate } from './inputs';
import {
  type CiNode,
  type CiTable,
  emptyTable,
  flatItems,
  itemsOf,
  keyOf,
  mergeTables,
  textOf,
  withoutKeys,
} from './node';
import { parsePipeline } from './parse';
import { type PipelineProblem, problem } from './problem';
import type { ProjectFiles } from './project-files';
import { joinsBy } from './rules';
import { INCLUDE, SPEC } from './schema';
import { schemaProblems } from './shape';
import { expandKnown } from './variables';

/** An include that only GitLab can fetch. */
export interface UnreadInclude {
  readonly at: FileLine;
  /** `remote`, `template`, `project`, `component`, `artifact` or `local` with a variable in its path. */
  readonly kind: string;
  readonly name: string;
}

/** What loading collects. */
export interface Loading {
  readonly project: ProjectFiles;
  /** Variables that are given, which includes may name. */
  readonly variables: ReadonlyMap<string, string>;
  readonly problems: PipelineProblem[];
  readonly unread: UnreadInclude[];
  /** Includes of files that are not there: what they would bring is not known either. */
  readonly missing: UnreadInclude[];
  /** Files that belong to every pipeline, and those that rules of an include may leave out. */
  readonly files: Set<string>;
  readonly openFiles: Set<string>;
  /** How many includes that rules may leave out are being read, one within another. */
  openIncludes: number;
  /** Includes so far. */
  count: number;
}

/** Most includes of a pipeline. @see https://docs.gitlab.com/ci/yaml/#include */
const MOST_INCLUDES = 150;
const URL_START = /^https?:\/\//;

/** A file with its inputs filled in and its includes merged below it. */
export function loadFile(file: SourceFile, inputs: CiTable, loading: Loading): CiTable {
  (loading.openIncludes > 0 ? loading.openFiles : loading.files).add(file.path);
  const { documents, problems } = parsePipeline(file);
  loading.problems.push(...problems);
  const [first, second] = documents;
  const hasHeader = second !== undefined && keyOf(first, 'spec') !== undefined;
  const header = hasHeader ? keyOf(first, 'spec') : undefined;
  if (header !== undefined) loading.problems.push(...schemaProblems(header, SPEC, { path: ['spec'] }));
  const values = inputValues(header, inputs, loading.problems);
  const content = hasHeader
    ? interpolate(second, { values, variables: loading.variables }, loading.problems)
    : first;
  if (content?.kind === 'table') return withIncludes(content, loading);
  const isEmpty = content === undefined || (content.kind === 'scalar' && content.value === null);
  if (!isEmpty)
    loading.problems.push(
      problem('shape', 'error', content.at, {
        found: content.kind === 'list' ? 'a list' : (textOf(content) ?? content.kind).slice(0, 60),
        why: 'a pipeline is a table of jobs and settings',
        fix: 'write "job: { script: ... }"',
      }),
    );
  return emptyTable({ file: file.path, line: 1 });
}

/** Later includes win over earlier ones, and the file wins over all. */
function withIncludes(content: CiTable, loading: Loading): CiTable {
  const own = withoutKeys(content, 'include');
  const included = itemsOf(keyOf(content, 'include')).map((one) => tableOfInclude(one, loading));
  return [...included, own].reduce((all, one) => mergeTables(all, one), emptyTable(content.at));
}

function tableOfInclude(include: CiNode, loading: Loading): CiTable {
  const nothing = emptyTable(include.at);
  const joins = joinsBy(keyOf(include, 'rules'), loading.variables, loading.project);
  if (joins === 'never') return nothing;
  if (include.kind === 'list')
    return include.items
      .map((one) => tableOfInclude(one, loading))
      .reduce((all, one) => mergeTables(all, one), nothing);
  const wanted = wantedBy(include);
  if (wanted === undefined) {
    loading.problems.push(unusable(include));
    return nothing;
  }
  if (include.kind === 'table')
    loading.problems.push(...schemaProblems(include, INCLUDE, { path: ['include'] }));
  const { text, open } = expandKnown(wanted.name, loading.variables);
  if (wanted.kind !== 'local' || open.length > 0) {
    loading.unread.push({ at: include.at, ...wanted });
    return nothing;
  }
  const isOpen = joins === 'may';
  loading.openIncludes += isOpen ? 1 : 0;
  const inputs = keyOf(include, 'inputs');
  const given = inputs?.kind === 'table' ? inputs : nothing;
  const files = filesOf(text.replace(/^\/+/, ''), include.at, loading);
  // A file that is not there is reported by itself.
  if (isOpen && files.length > 0) loading.problems.push(undecided(include, wanted.name));
  const merged = files
    .map((file) => loadCounted(file, given, loading))
    .reduce((all, one) => mergeTables(all, one), nothing);
  loading.openIncludes -= isOpen ? 1 : 0;
  return merged;
}

function undecided(include: CiNode, name: string): PipelineProblem {
  const isByChanges = flatItems(keyOf(include, 'rules')).some((rule) => keyOf(rule, 'changes') !== undefined);
  const [what, fix] = isByChanges
    ? ['which files change', 'none: only the files of a push decide']
    : [
        'variables or files that are not known here',
        'give the variables of a kind of pipeline: --variable <name>=<value>',
      ];
  const why = `its rules depend on ${what}: it is judged as if it were included`;
  return { ...problem('not-read', 'note', include.at, { found: name, why, fix }), notProved: true };
}

function loadCounted(file: SourceFile, inputs: CiTable, loading: Loading): CiTable {
  loading.count++;
  if (loading.count <= MOST_INCLUDES) return loadFile(file, inputs, loading);
  if (loading.count === MOST_INCLUDES + 1)
    loading.problems.push(
      problem('include', 'error', inputs.at, {
        found: `more than ${MOST_INCLUDES} includes`,
        why: 'GitLab refuses more; a file that includes itself never ends',
        fix: 'remove the include that closes the circle, or join files',
      }),
    );
  return emptyTable(inputs.at);
}

function wantedBy(include: CiNode): { readonly kind: string; readonly name: string } | undefined {
  const plain = textOf(include);
  if (plain === '') return undefined;
  if (plain !== undefined) return { kind: URL_START.test(plain) ? 'remote' : 'local', name: plain };
  for (const kind of ['local', 'remote', 'template', 'component', 'project', 'artifact']) {
    const name = textOf(keyOf(include, kind));
    if (name !== undefined && name !== '') return { kind, name };
  }
  return undefined;
}

function unusable(include: CiNode): PipelineProblem {
  const keys = include.kind === 'table' ? [...include.entries.keys()].join(', ') : textOf(include);
  return problem('include', 'error', include.at, {
    found: keys || 'nothing',
    why: 'an include names local, project, remote, template or component',
    fix: 'write "local: /path/of/the/file.yml"',
  });
}

function filesOf(path: string, at: FileLine, loading: Loading): readonly SourceFile[] {
  const { project, problems } = loading;
  const report = () => {
    problems.push(missing(path, at, loading));
    loading.missing.push({ at, kind: 'local', name: path });
  };
  if (path.includes('*')) {
    const names = project.list().filter((name) => isYaml(name) && matchesGlob(path, name, '/'));
    if (names.length === 0) report();
    return [...names].sort().flatMap((name) => project.read(name) ?? []);
  }
  const file = project.read(path);
  if (file === undefined) report();
  return file === undefined ? [] : [file];
}

function isYaml(path: string): boolean {
  return /\.ya?ml$/.test(path);
}

function missing(path: string, at: FileLine, { project, openIncludes }: Loading): PipelineProblem {
  const nearest = nearestName(path, project.list().filter(isYaml));
  const isOpen = openIncludes > 0;
  const why = path.includes('*')
    ? 'no .yml or .yaml file of the project has such a path'
    : 'the project has no such file, and GitLab refuses the pipeline';
  const fix =
    nearest === undefined
      ? 'write the path from the top of the project, or pass that folder as --project'
      : `write ${nearest}`;
  if (!isOpen) return problem('include', 'error', at, { found: path, why, fix });
  // Rules that nothing here decides may leave it out, and then GitLab doesn't look for it.
  const words = { found: path, why: `${why} where the rules of the include hold`, fix };
  return { ...problem('include', 'warning', at, words), notProved: true };
}
