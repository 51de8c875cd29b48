import type { Subject } from '../cluster/observe';
import type { Severity } from '../problem';
import { formatPath } from '../values/field-path';
import { admitted } from './admitted';
import { architecture } from './architecture';
import { autoMode } from './auto-mode';
import type { Check } from './check';
import { config } from './config';
import { fargate } from './fargate';
import type { Finding } from './finding';
import { fits } from './fits';
import { guarded } from './guarded';
import { inTime } from './in-time';
import { isolation } from './isolation';
import { lands } from './lands';
import { limitsSuffice } from './limits-suffice';
import { monitoring } from './monitoring';
import { needs } from './needs';
import { orphanCleanup } from './orphan-cleanup';
import { poolsUsable } from './pools-usable';
import { probes } from './probes';
import { reaches } from './reaches';
import { rendered } from './rendered';
import { rights } from './rights';
import { runCheck } from './rule-error';
import { schema } from './schema';
import { secrets } from './secrets';
import { isNeverSilenced, type RenamedSilence, renamedSilences, silenceReason } from './silence';
import { type Silence, silenceOf } from './silence-file';
import { tags } from './tags';
import { tiersSeparate } from './tiers-separate';

/** All checks, in the order in which people ask. */
export const CHECKS: readonly Check[] = [
  rendered,
  lands,
  fits,
  fargate,
  limitsSuffice,
  isolation,
  tiersSeparate,
  guarded,
  reaches,
  tags,
  admitted,
  inTime,
  architecture,
  rights,
  orphanCleanup,
  monitoring,
  secrets,
  needs,
  probes,
  config,
  poolsUsable,
  autoMode,
  schema,
];

/** What checks found, and what annotations or a file silence with a reason. */
export interface CheckResult {
  readonly findings: readonly Finding[];
  readonly silenced: readonly SilencedFinding[];
  /** Annotations that name a group of rules as it was called before. */
  readonly renamed: readonly RenamedSilence[];
}

export interface SilencedFinding {
  readonly finding: Finding;
  readonly reason: string;
  /** The entry of a file that silences it; undefined where an annotation does. */
  readonly by?: Silence;
}

const ORDER: readonly Severity[] = ['error', 'warning', 'note'];

/**
 * Runs every check. Errors come first, then by file and field.
 *
 * @param silences what a file silences, besides annotations
 * @throws RuleError for a check that fails, which is a bug of ours
 */
export function runChecks(subject: Subject, silences: readonly Silence[] = []): CheckResult {
  const all = CHECKS.flatMap((check) => runCheck(check, subject)).sort(compare);
  const findings: Finding[] = [];
  const silenced: SilencedFinding[] = [];
  for (const finding of all) {
    const by = silenceOf(finding, silences);
    const reason = silenceReason(finding) ?? by?.reason;
    if (reason === undefined || isNeverSilenced(finding)) findings.push(finding);
    else silenced.push({ finding, reason, by });
  }
  return { findings, silenced, renamed: renamedSilences(subject.manifests) };
}

function compare(a: Finding, b: Finding): number {
  const severity = ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity);
  if (severity !== 0) return severity;
  const [fileA, fileB] = [a.at.manifest.file, b.at.manifest.file];
  if (fileA !== fileB) return fileA < fileB ? -1 : 1;
  const [first, second] = [a, b].map(({ at: { path, within = '' } }) => `${formatPath(path)} ${within}`);
  return first < second ? -1 : Number(first > second);
}
