import { matchesStars } from '../values/glob';
import { type ClusterDiff, withImpacts } from './all';
import type { Impact } from './rule';
import { weightOfSilence } from './security/other-guards';

/** An entry of a file that silences rules. */
export interface SilencedRule {
  /** A rule, or a group for all of its rules. */
  readonly rule: string;
  /** `Kind/namespace/name`; `*` stands for any text. */
  readonly object: string;
  readonly reason: string;
}

/** A comparison with what a file of silences hides that it did not hide before. @param file its name */
export function withSilences(
  diffs: readonly ClusterDiff[],
  before: readonly SilencedRule[],
  after: readonly SilencedRule[],
  file: string,
): readonly ClusterDiff[] {
  const added = after.filter((silence) => !before.some((known) => covers(known, silence)));
  return withImpacts(
    diffs,
    added.map((silence) => impactOf(silence, file)),
  );
}

function impactOf({ rule, object, reason }: SilencedRule, file: string): Impact {
  return {
    id: 'rule-silenced',
    weight: weightOfSilence(rule.replace('/', '.')),
    object: file,
    what: `The proof says nothing of ${rule} on ${object} any more.`,
    why: `The reason that is given: ${reason}`,
  };
}

/** Whether an entry silences all that another one does. */
function covers(wide: SilencedRule, narrow: SilencedRule): boolean {
  if (wide.rule !== narrow.rule && wide.rule !== narrow.rule.split('/')[0]) return false;
  if (wide.object === narrow.object) return true;
  // The text of a pattern is one of those that a wider one takes; a star of it stands for any text.
  return matchesStars(wide.object, narrow.object);
}
