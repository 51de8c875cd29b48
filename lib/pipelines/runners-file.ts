import type { SourceFile } from '../cluster/manifest';
import { nearestName } from '../values/suggest';
import type { FleetRunner } from './fleet';
import { type CiNode, type CiTable, itemsOf, keyOf, textOf, textsIn } from './node';
import { parsePipeline } from './parse';
import { type PipelineProblem, problem } from './problem';
import { parseTimeout } from './timeout';

/** Keys that are read; the other keys of GitLab's API stay unread. */
const KEYS = [
  'name',
  'description',
  'tag_list',
  'run_untagged',
  'access_level',
  'maximum_timeout',
  'paused',
  'arch',
  'spot',
  'usd_per_minute',
];
/** Keys that the API answers besides, of runners and of lists of them. */
const OF_API = new Set(
  'id active architecture contacted_at created_at created_by ip_address is_shared job_execution_status locked maintenance_note groups projects online platform revision runner_type status token version groups_count project_count'.split(
    ' ',
  ),
);

/**
 * Runners of a file: a list, or a table with `runners`, in the words of GitLab's API (`GET /runners/:id`), with `arch`, `spot`
 * and `usd_per_minute` added by hand where they are to be known. Paused runners are left out.
 */
export function readRunners(file: SourceFile): {
  readonly runners: readonly FleetRunner[];
  readonly problems: readonly PipelineProblem[];
} {
  const { documents, problems } = parsePipeline(file);
  const found = [...problems];
  const top = documents[0];
  const list = keyOf(top, 'runners') ?? top;
  const entries = list?.kind === 'table' ? [list] : itemsOf(list);
  const tables = entries.filter((one): one is CiTable => one.kind === 'table');
  if (tables.length === 0 && found.length === 0)
    found.push(
      problem(
        'shape',
        'error',
        { file: file.path, line: 1 },
        {
          found: 'no runner',
          why: 'the file holds a list of runners',
          fix: 'write "- { name: amd64, tag_list: [amd64] }"',
        },
      ),
    );
  const runners = tables
    .filter((one) => textOf(keyOf(one, 'paused')) !== 'true')
    .map((one) => runnerOf(one, found));
  return { runners, problems: found };
}

function runnerOf(table: CiTable, problems: PipelineProblem[]): FleetRunner {
  const refuse = (node: CiNode, key: string, why: string, fix: string) =>
    problems.push(
      problem('shape', 'error', node.at, { found: `${key}: ${textOf(node) ?? node.kind}`, why, fix }),
    );
  for (const [key, node] of table.entries) {
    const nearest = KEYS.includes(key) || OF_API.has(key) ? undefined : nearestName(key, KEYS);
    if (nearest !== undefined) refuse(node, key, 'unknown key', `write ${nearest}`);
  }
  const flag = (key: string) => {
    const node = keyOf(table, key);
    if (node !== undefined && !/^(true|false)$/.test(textOf(node) ?? ''))
      refuse(node, key, 'the value must be true or false', 'write true or false');
    return textOf(node) === 'true';
  };
  const amount = (key: string, read: (text: string) => number | undefined, fix: string) => {
    const node = keyOf(table, key);
    const value = node === undefined ? undefined : read(textOf(node) ?? '');
    if (node !== undefined && !(value !== undefined && value > 0))
      refuse(node, key, 'the value must be above zero', fix);
    return value;
  };
  const name =
    textOf(keyOf(table, 'name')) ?? textOf(keyOf(table, 'description')) ?? textOf(keyOf(table, 'id'));
  const usdPerMinute = amount('usd_per_minute', decimal, 'write US dollars, for example 0.004');
  const arch = textOf(keyOf(table, 'arch'));
  return {
    name: name ?? `runner of line ${table.at.line}`,
    tags: textsIn(keyOf(table, 'tag_list')),
    isProtected: textOf(keyOf(table, 'access_level')) === 'ref_protected',
    takesUntagged: flag('run_untagged'),
    maximumTimeoutSeconds: amount('maximum_timeout', parseTimeout, 'write seconds, or for example 2h'),
    isWaiting: false,
    said: {
      ...(arch !== undefined && { arch }),
      ...(keyOf(table, 'spot') !== undefined && { spot: flag('spot') }),
      ...(usdPerMinute !== undefined && { usdPerMinute }),
    },
    observed: undefined,
  };
}

function decimal(text: string): number | undefined {
  return /^\d+(\.\d+)?(e-?\d+)?$/.test(text) ? Number(text) : undefined;
}
