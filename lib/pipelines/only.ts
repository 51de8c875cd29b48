import { evaluate, patternIn } from './expression';
import { type CiNode, keyOf, textsIn } from './node';

/** Refs for which a job without `only` runs, where nothing has rules. */
const USUAL = ['branches', 'tags'];

/** What is known of a pipeline by variables that are given; undefined for what they leave open. */
interface Run {
  readonly source: string | undefined;
  readonly isTag: boolean | undefined;
  readonly isBranch: boolean | undefined;
  /** The branch or tag; null where the pipeline has none, for example one for a merge request. */
  readonly ref: string | null | undefined;
  readonly project: string | undefined;
}

/**
 * Whether a job is in a pipeline by its `only` and `except`, or by what counts without them; undefined where the variables
 * that are given do not decide.
 * @see lib/gitlab/ci/build/policy/refs.rb of GitLab
 */
export function passesOnly(job: CiNode, given: ReadonlyMap<string, string>): boolean | undefined {
  const run = runOf(given);
  const parts = [
    ...policy(keyOf(job, 'only'), USUAL, run, given),
    ...policy(keyOf(job, 'except'), [], run, given).map(not),
  ];
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

/** Each of the kinds of conditions of `only`, which must all hold, or of `except`, of which none may. */
function policy(
  node: CiNode | undefined,
  usual: readonly string[],
  run: Run,
  given: ReadonlyMap<string, string>,
): readonly (boolean | undefined)[] {
  const isTable = node?.kind === 'table';
  const own = isTable ? keyOf(node, 'refs') : node;
  const refs = own === undefined ? usual : textsIn(own);
  const variables = isTable ? keyOf(node, 'variables') : undefined;
  const isOpen = ['changes', 'kubernetes'].some((key) => isTable && keyOf(node, key) !== undefined);
  return [
    ...(refs.length > 0 ? [anyOf(refs.map((ref) => isFor(ref, run)))] : []),
    ...(variables === undefined ? [] : [anyOf(textsIn(variables).map((text) => evaluate(text, given)))]),
    ...(isOpen ? [undefined] : []),
  ];
}

function anyOf(values: readonly (boolean | undefined)[]): boolean | undefined {
  if (values.includes(true)) return true;
  return values.includes(undefined) ? undefined : false;
}

function runOf(given: ReadonlyMap<string, string>): Run {
  const source = given.get('CI_PIPELINE_SOURCE');
  const [branch, tag] = [given.get('CI_COMMIT_BRANCH'), given.get('CI_COMMIT_TAG')];
  const isRequest = source === 'merge_request_event';
  // GitLab sets one of these two, or none in a pipeline for a merge request.
  if (isRequest) return { ...runFor(source, given), isTag: false, isBranch: false, ref: null };
  if (tag) return { ...runFor(source, given), isTag: true, isBranch: false, ref: tag };
  if (branch) return { ...runFor(source, given), isTag: false, isBranch: true, ref: branch };
  return { ...runFor(source, given), isTag: undefined, isBranch: undefined, ref: undefined };
}

function runFor(source: string | undefined, given: ReadonlyMap<string, string>) {
  return { source, project: given.get('CI_PROJECT_PATH') };
}

/** Sources of pipelines, in the words of `only`. */
const SOURCES = new Set(
  'api chat external external_pull_request merge_request parent_pipeline pipeline push schedule trigger web webide ondemand_dast_scan'
    .split(' ')
    .flatMap((one) => [one, plural(one)]),
);

function plural(source: string): string {
  return source.endsWith('sh') ? `${source}es` : `${source}s`;
}

function isFor(written: string, run: Run): boolean | undefined {
  const [ref, ...path] = isExpression(written) ? [written] : written.split('@');
  const isHere =
    path.length === 0 ? true : run.project === undefined ? undefined : run.project === path.join('@');
  if (isHere === false) return false;
  const matches = matchesRef(ref, run);
  return isHere === undefined && matches !== false ? undefined : matches;
}

function isExpression(ref: string): boolean {
  return ref.startsWith('/');
}

function matchesRef(ref: string, { source, isTag, isBranch, ref: own }: Run): boolean | undefined {
  if (ref === 'tags') return isTag;
  if (ref === 'branches') return isBranch;
  if (SOURCES.has(ref)) {
    const name = source?.replace(/_event$/, '');
    return name === undefined ? undefined : ref === name || ref === plural(name);
  }
  if (own === undefined || own === null) return own === null ? false : undefined;
  if (!isExpression(ref)) return ref === own;
  return patternIn(ref)?.test(own);
}
