import type { Subject } from '../cluster/observe';
import { formatPath } from '../values/field-path';
import { admitted } from './admitted';
import { alone } from './alone';
import { apart } from './apart';
import { architecture } from './architecture';
import type { Check } from './check';
import { config } from './config';
import { enough } from './enough';
import { fargate } from './fargate';
import type { Finding, Severity } from './finding';
import { fits } from './fits';
import { inTime } from './in-time';
import { lands } from './lands';
import { live } from './live';
import { probes } from './probes';
import { rights } from './rights';
import { schema } from './schema';
import { secrets } from './secrets';

/** All checks, in the order in which people ask. */
export const CHECKS: readonly Check[] = [
  lands,
  fits,
  fargate,
  enough,
  alone,
  apart,
  admitted,
  inTime,
  architecture,
  rights,
  secrets,
  probes,
  config,
  live,
  schema,
];

/** What checks found, and what annotations silence with a reason. */
export interface CheckResult {
  readonly findings: readonly Finding[];
  readonly silenced: readonly SilencedFinding[];
}

export interface SilencedFinding {
  readonly finding: Finding;
  readonly reason: string;
}

const SILENCE = 'gitlab-runner-fleet/silence-';
const ORDER: readonly Severity[] = ['error', 'warning', 'note'];

/** Runs every check. Errors come first, then by file and field. */
export function runChecks(subject: Subject): CheckResult {
  const all = CHECKS.flatMap((check) => check.run(subject)).sort(compare);
  const findings = all.filter((finding) => reasonOf(finding) === undefined);
  const silenced = all.flatMap((finding) => {
    const reason = reasonOf(finding);
    return reason === undefined ? [] : [{ finding, reason }];
  });
  return { findings, silenced };
}

/** Annotation `gitlab-runner-fleet/silence-<rule>: <reason>` of the object; one without a reason does not count. */
function reasonOf({ manifest, rule }: Finding): string | undefined {
  const { annotations } = (manifest.body.metadata ?? {}) as { annotations?: Record<string, unknown> };
  const reason = annotations?.[`${SILENCE}${rule}`];
  return typeof reason === 'string' && reason.trim() !== '' ? reason.trim() : undefined;
}

function compare(a: Finding, b: Finding): number {
  const severity = ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity);
  if (severity !== 0) return severity;
  if (a.manifest.file !== b.manifest.file) return a.manifest.file < b.manifest.file ? -1 : 1;
  const [first, second] = [a, b].map(({ path, within = '' }) => `${formatPath(path)} ${within}`);
  return first < second ? -1 : Number(first > second);
}
