import type { FileLine } from '../problem';
import { type ShapeProblem, type ShapeRules, shapeProblems } from '../shape/problems';
import type { Shape } from '../shape/shape';
import type { FieldPath } from '../values/field-path';
import { nearestName } from '../values/suggest';
import { conditionProblems } from './conditions';
import { type CiNode, itemsOf } from './node';
import { type PipelineProblem, problem } from './problem';
import { SCHEMA_DATE, TYPES } from './schema';

/** What is judged, and what else is known of it. */
export interface Judged {
  /** The way to it from the top of the file or of its job: `default`, or nothing. */
  readonly path?: FieldPath;
  readonly job?: string;
  /** Whether a part of it may come from what is not read here, so that nothing is missing. */
  readonly isOpen?: boolean;
}

const RULES: ShapeRules = {
  types: TYPES,
  // GitLab takes a key without a value as one that is not there.
  takesNull: true,
  entry: 'keyword',
  table: ['a table', 'tables'],
  unknownFix: 'remove it',
};

/** Where a part of a pipeline differs from GitLab's schema, each with its line. */
export function schemaProblems(
  node: CiNode,
  shape: Shape,
  { path = [], job, isOpen = false }: Judged = {},
): readonly PipelineProblem[] {
  const flat = flattened(node);
  const about = job === undefined ? {} : { jobs: [job] };
  const ofShape = shapeProblems(plainOf(flat), shape, RULES)
    .filter((one) => !(isOpen && one.kind === 'missing') && !isFilledInLater(one.value))
    .map((one) => {
      const { severity, ...words } = wordsOf(one, flat, [...path, ...one.path]);
      return problem('shape', severity, placeOf(flat, one.path), words, about);
    });
  return [...ofShape, ...conditionProblems(flat, job)];
}

/** GitLab replaces such a block when it makes jobs: its value may have any type. */
function isFilledInLater(value: unknown): boolean {
  return typeof value === 'string' && value.includes('$[[');
}

/** Lists within lists are what `!reference` makes, and GitLab joins them. */
function flattened(node: CiNode): CiNode {
  if (node.kind === 'table')
    return {
      ...node,
      entries: new Map([...node.entries].map(([key, value]) => [key, flattened(value)])),
    };
  if (node.kind !== 'list') return node;
  const items = node.items.flatMap((item) =>
    item.kind === 'list' ? itemsOf(flattened(item)) : [flattened(item)],
  );
  // What a reference can't find is reported where it is.
  const found = items.filter((item) => !isUnfound(item));
  return node.items.length > 0 && found.length === 0
    ? { kind: 'scalar', at: node.at, value: null }
    : { ...node, items: found };
}

function isUnfound(node: CiNode): boolean {
  return (
    node.kind === 'reference' || (node.kind === 'scalar' && node.value === null && node.written === undefined)
  );
}

function plainOf(node: CiNode): unknown {
  if (node.kind === 'table')
    return Object.fromEntries([...node.entries].map(([key, value]) => [key, plainOf(value)]));
  if (node.kind === 'list') return node.items.map(plainOf);
  return node.kind === 'scalar' ? node.value : null;
}

/** The line of a value; of the table that it is missing in, where it is not there. */
function placeOf(top: CiNode, path: FieldPath): FileLine {
  return nodesAt(top, path).at(-1)?.at ?? top.at;
}

/** The nodes on a way, the top first, as far as there are any. */
function nodesAt(top: CiNode, path: FieldPath): readonly CiNode[] {
  const nodes = [top];
  for (const step of path) {
    const last = nodes.at(-1);
    const next =
      last?.kind === 'table'
        ? last.entries.get(String(step))
        : last?.kind === 'list'
          ? last.items[Number(step)]
          : undefined;
    if (next === undefined) break;
    nodes.push(next);
  }
  return nodes;
}

type Words = Pick<PipelineProblem, 'found' | 'why' | 'fix' | 'severity'>;

function wordsOf(one: ShapeProblem, top: CiNode, path: FieldPath): Words {
  const name = nameOf(path);
  if (one.kind === 'unknown') return unknownWords(name, String(path.at(-1)), one.fix);
  if (one.kind === 'missing')
    return {
      severity: 'error',
      found: `${nameOf(path.slice(0, -1)) || 'the job'} without ${path.at(-1)}`,
      why: 'this keyword must be there, and GitLab refuses the pipeline',
      fix: `add ${path.at(-1)}`,
    };
  const node = nodesAt(top, one.path).at(-1);
  const found = `${name}: ${node === undefined ? one.found : shown(node, one)}`;
  // Names of failures are added with releases of GitLab.
  if (path.includes('retry') && one.kind === 'bounds' && typeof one.value === 'string')
    return unknownWords(found, one.value, one.fix);
  return { severity: 'error', found, why: `${one.why}, and GitLab refuses the pipeline`, fix: one.fix };
}

function shown(node: CiNode, { kind, found }: ShapeProblem): string {
  if (node.kind === 'table') return 'a table';
  if (node.kind !== 'scalar') return kind === 'bounds' ? found : 'a list';
  return (node.written ?? String(node.value)).slice(0, 60) || '""';
}

/** A name that is like a known one is misspelled. Any other may be newer than what is known here. */
function unknownWords(found: string, name: string, fix: string): Words {
  const near = /^write (\w+)$/.exec(fix)?.[1];
  if (near !== undefined && isMisspelled(name, near))
    return {
      severity: 'error',
      found,
      why: 'GitLab does not know this name, and refuses the pipeline',
      fix: `write ${near}`,
    };
  return {
    severity: 'warning',
    found,
    why: `GitLab's schema of ${SCHEMA_DATE} does not have this name: a server that does not know it refuses the pipeline`,
    fix: 'remove it, or make sure that your version of GitLab documents it',
  };
}

/** Whether each word of a name is like that of another; one with other words may be new. */
function isMisspelled(name: string, known: string): boolean {
  const [words, others] = [name.split('_'), known.split('_')];
  return (
    others.length === words.length &&
    others.every((other, index) => nearestName(words[index], [other]) !== undefined)
  );
}

/** `artifacts:reports:junit`, as GitLab's documentation calls keywords; positions in lists are left out. */
function nameOf(path: FieldPath): string {
  return path.filter((step) => typeof step === 'string').join(':');
}
