/** A file of a change that no rule of impact judges, and that decides what is applied. */
export interface ForeignFile {
  readonly file: string;
  readonly is: 'added' | 'changed' | 'unchanged' | 'removed';
  /**
   * Below the rendered folder, where it was not rendered; or above it, where it says what Flux takes of the repository.
   */
  readonly where: 'below' | 'above';
}

/** What stands in the rendered folder at one side of a change: every path, and which of them were not rendered. */
export interface ForeignSide {
  readonly paths: readonly string[];
  readonly foreign: readonly string[];
}

/**
 * The files that were not rendered, on either side of a change, those that it adds or changes first.
 *
 * @param changed paths whose content differs between the two sides
 */
export function compareForeignFiles(
  before: ForeignSide,
  after: ForeignSide,
  changed: readonly string[],
): readonly ForeignFile[] {
  const [olds, differs] = [new Set(before.paths), new Set(changed)];
  const now = after.foreign.map((file): ForeignFile => {
    const known = differs.has(file) ? 'changed' : 'unchanged';
    return { file, is: olds.has(file) ? known : 'added', where: 'below' };
  });
  const kept = new Set(after.foreign);
  const gone = before.foreign
    .filter((file) => !kept.has(file))
    .map((file): ForeignFile => ({ file, is: 'removed', where: 'below' }));
  const isNew = ({ is }: ForeignFile) => is === 'added' || is === 'changed';
  return [...now.filter(isNew), ...now.filter((one) => !isNew(one)), ...gone];
}
