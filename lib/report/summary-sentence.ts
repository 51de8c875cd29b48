import type { ClusterDiff } from '../diff/all';
import { kindName } from '../diff/causes/cause';
import { counted, listed } from '../diff/causes/words';
import { whatHappens } from '../diff/running-jobs';
import { moneyWords } from './diff-money';

/** Causes that a sentence names. */
const CAUSES_MOST = 3;
/** Characters of all of them. */
const CAUSES_LENGTH = 320;

/**
 * What a person would say first of a change: what was meant, what becomes of running jobs, what it costs. Undefined where no
 * object changes.
 *
 * @param isAll whether nothing but objects changes
 */
export function summarySentence(diff: ClusterDiff, isAll = true): string | undefined {
  if (diff.changes.length === 0) return undefined;
  const happens = whatHappens(diff.impacts, diff.causes).filter(
    (text) => isAll || !/^no(thing)? /.test(text),
  );
  return [causesWords(diff), happens.join(', '), ...moneyWords(diff)]
    .filter((part) => part !== '')
    .join('; ');
}

/** Causes as a list, where a sentence has no room for them. */
export function causesToList({ causes }: ClusterDiff): readonly string[] {
  const all = [...causes].sort((a, b) => Number(a.follows) - Number(b.follows));
  return fits(causes.filter(({ follows }) => !follows).map(({ what }) => what))
    ? []
    : all.map(({ what }) => what);
}

function fits(leading: readonly string[]): boolean {
  return leading.length <= CAUSES_MOST && leading.join(', ').length <= CAUSES_LENGTH;
}

function causesWords({ causes, changes }: ClusterDiff): string {
  const leading = causes.filter(({ follows }) => !follows).map(({ what }) => what);
  if (!fits(leading)) {
    const kinds = [...new Set(causes.filter(({ follows }) => !follows).map(({ kind }) => kind))];
    const named = kinds.slice(0, CAUSES_MOST).map(kindName);
    const more = kinds.length - named.length;
    const list = more > 0 ? `${named.join(', ')} and ${more} more` : listed(named);
    return `${counted(changes.length, 'object')} changed in ${counted(kinds.length, 'way')} (${list})`;
  }
  const followers = causes.filter(({ follows }) => follows).map(({ what }) => what);
  if (followers.length === 0) return listed(leading);
  const brought =
    followers.length > FOLLOWERS_MOST ? counted(followers.length, 'more change') : followers.join(', ');
  return `${listed(leading)} (also: ${brought})`;
}

/** Changes that only follow and that a sentence names. */
const FOLLOWERS_MOST = 3;
