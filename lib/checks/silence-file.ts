import { YAMLException } from 'js-yaml';
import { FileLines } from '../cluster/lines';
import { displayName, type Manifest } from '../cluster/manifest';
import { readYaml } from '../cluster/read-yaml';
import type { FileLine, Problem } from '../problem';
import { matchesStars } from '../values/glob';
import { fieldsOf, isTable, listOf } from '../values/record';
import { nearestName } from '../values/suggest';
import type { Finding } from './finding';
import { groupOf, OLD_GROUPS } from './rule-id';

/** Where a project silences rules on objects that nobody can annotate. */
export const SILENCE_FILE = '.runner-fleet.yaml';

/** A rule that is silenced on some objects, with the reason. */
export interface Silence {
  /** Id of a rule, or of a group for all of its rules. */
  readonly rule: string;
  /** `Kind/namespace/name` as findings say it; `*` stands for any text. */
  readonly object: string;
  readonly reason: string;
  readonly at: FileLine;
}

/** The entries of a file, and what is wrong with the others. */
export interface Silences {
  readonly silences: readonly Silence[];
  readonly faults: readonly Problem<FileLine>[];
}

/** Keys of the file: what is silenced, and what is said of money, which others read. */
const FILE_KEYS = new Set(['silence', 'cost']);
const KEYS = ['rule', 'object', 'reason'] as const;
const EXAMPLE = '"silence: [{ rule: rights/excess, object: Role/ci/runner, reason: the chart renders it }]"';

/**
 * Reads the file that silences rules: a list `silence` of rule, object and reason.
 *
 * @param rules ids of all rules
 */
export function readSilences(file: string, text: string, rules: readonly string[]): Silences {
  const fault = (line: number, found: string, why: string, fix: string): Problem<FileLine> => ({
    id: 'silence-file',
    severity: 'error',
    at: { file, line },
    found,
    why,
    fix,
  });
  try {
    const [body] = readYaml(text).documents;
    if (body === undefined || body === null) return { silences: [], faults: [] };
    const unknown = isTable(body) ? Object.keys(body).filter((key) => !FILE_KEYS.has(key)) : ['no table'];
    const { silence = [] } = fieldsOf(body);
    if (unknown.length > 0 || !Array.isArray(silence))
      return {
        silences: [],
        faults: [
          fault(
            1,
            unknown.join(', ') || 'no list',
            'the file holds a list named silence, and a table named cost',
            `write ${EXAMPLE}`,
          ),
        ],
      };
    const lines = new FileLines(text);
    const read = listOf(silence).map((entry, index) =>
      readSilence(entry, { file, line: lines.lineOf(0, ['silence', index]) }, rules),
    );
    return {
      silences: read.filter((one) => 'rule' in one),
      faults: read
        .filter((one) => 'why' in one)
        .map(({ at, found, why, fix }) => fault(at.line, found, why, fix)),
    };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = (error.mark?.line ?? 0) + 1;
    return { silences: [], faults: [fault(line, 'not valid YAML', error.reason, 'fix the syntax')] };
  }
}

type EntryFault = Pick<Problem<FileLine>, 'at' | 'found' | 'why' | 'fix'>;

function readSilence(entry: unknown, at: FileLine, rules: readonly string[]): Silence | EntryFault {
  const fields = fieldsOf(entry);
  const missing = KEYS.filter((key) => typeof fields[key] !== 'string' || String(fields[key]).trim() === '');
  const unknown = Object.keys(fields).filter((key) => !KEYS.some((known) => known === key));
  if (missing.length > 0 || unknown.length > 0)
    return {
      at,
      found: unknown.length > 0 ? unknown.join(', ') : `no ${missing.join(', no ')}`,
      why: 'an entry has rule, object and reason, each a text, and nothing else',
      fix: `write ${EXAMPLE}`,
    };
  const rule = currentId(String(fields.rule));
  const known = [...rules, ...new Set(rules.map(groupOf))];
  if (!known.includes(rule)) {
    const near = nearestName(rule, known);
    const fix = near === undefined ? 'npx runner-fleet explain lists the rules' : `write ${near}`;
    return { at, found: String(fields.rule), why: 'there is no such rule: nothing is silenced', fix };
  }
  return { rule, object: String(fields.object).trim(), reason: String(fields.reason).trim(), at };
}

/** The id of a rule as it is now, from one that an annotation would have, or that an older release had. */
function currentId(text: string): string {
  const [group, ...what] = text.trim().replace('.', '/').split('/');
  return [OLD_GROUPS[group] ?? group, ...what].join('/');
}

/** The entry that silences a finding; undefined where none does. */
export function silenceOf(
  { id, at }: Pick<Finding, 'id' | 'at'>,
  silences: readonly Silence[],
): Silence | undefined {
  return silences.find(
    ({ rule, object }) => (rule === id || rule === groupOf(id)) && isNamed(object, at.manifest),
  );
}

function isNamed(object: string, manifest: Manifest): boolean {
  return matchesStars(object, displayName(manifest));
}

/** What entries silence nothing, as a person reads it. */
export function unusedSilence({ rule, object }: Silence): Pick<Problem, 'found' | 'why' | 'fix'> {
  return { found: `${rule} on ${object}`, why: 'nothing here is silenced by it', fix: 'remove the entry' };
}
