import { type CiNode, type CiReference, type CiTable, textOf } from './node';
import { type PipelineProblem, problem } from './problem';

/** Most references within references. @see https://docs.gitlab.com/ci/yaml/yaml_optimization/#reference-tags */
const MOST_LEVELS = 10;

/** Replaces every `!reference` below a node; what can't be found is null. */
export class References {
  /** Values of references that are resolved, by their paths: a value may stand in many places. */
  private readonly known = new Map<string, CiNode>();

  constructor(
    private readonly root: CiTable,
    /** Whether an include is not read here, so that what is missing may come from there. */
    private readonly hasUnread: boolean,
    private readonly problems: PipelineProblem[],
  ) {}

  resolve(node: CiNode, trail: readonly string[] = []): CiNode {
    if (node.kind === 'reference') return this.target(node, trail);
    if (node.kind === 'list') return { ...node, items: node.items.map((item) => this.resolve(item, trail)) };
    if (node.kind !== 'table') return node;
    const entries = [...node.entries].map(([key, value]): [string, CiNode] => [
      key,
      this.resolve(value, trail),
    ]);
    return { ...node, entries: new Map(entries) };
  }

  private target(node: CiReference, trail: readonly string[]): CiNode {
    const name = `[${node.path.join(', ')}]`;
    const known = this.known.get(name);
    if (known !== undefined) return { ...known, at: node.at };
    const found = this.find(node.path);
    const fault = this.faultOf(name, trail, found);
    if (fault !== undefined) {
      if (fault !== 'unread')
        this.problems.push(problem('reference', 'error', node.at, { found: `!reference ${name}`, ...fault }));
      return { kind: 'scalar', at: node.at, value: null };
    }
    const resolved = this.resolve(found as CiNode, [...trail, name]);
    const value = { ...resolved, origin: resolved.origin ?? resolved.at.file };
    this.known.set(name, value);
    return { ...value, at: node.at };
  }

  private faultOf(name: string, trail: readonly string[], found: CiNode | undefined) {
    if (name === '[]')
      return {
        why: 'a reference names a job and its keys',
        fix: 'write the names of a job and of a key that it has',
      };
    if (trail.includes(name))
      return { why: 'it refers to itself through other references', fix: 'write the value in one of them' };
    if (trail.length >= MOST_LEVELS)
      return {
        why: `GitLab follows at most ${MOST_LEVELS} nested references`,
        fix: 'refer to the value itself',
      };
    if (found !== undefined) return undefined;
    if (name.split(/[[\], ]+/).some((step) => /^\d+$/.test(step)))
      return {
        why: 'a reference names a job and its keys, never a position in a list',
        fix: 'refer to the whole list, or to a key of its own',
      };
    if (this.hasUnread) return 'unread' as const;
    return {
      why: 'nothing is there, and GitLab refuses the pipeline',
      fix: 'write the names of a job and of a key that it has',
    };
  }

  private find(path: readonly string[]): CiNode | undefined {
    let node: CiNode | undefined = this.root;
    for (const step of path) node = node?.kind === 'table' ? node.entries.get(step) : undefined;
    return node?.kind === 'scalar' && textOf(node) === undefined ? undefined : node;
  }
}
