import type { Manifest } from './manifest';
import { DEFAULT_CHECK_SETTINGS, observe, type Subject } from './observe';
import type { PriceSettings } from './prices';

/** Lists of objects that were observed last, with what was seen. */
let kept: readonly {
  readonly manifests: readonly Manifest[];
  readonly money: PriceSettings | undefined;
  readonly subject: Subject;
}[] = [];
/** Both sides of a cluster, and of the whole that its folders are parts of. */
const MOST_KEPT = 4;

/** What is observed in objects; the same answer for a list of the same objects that was asked for shortly before. */
export function observeOnce(manifests: readonly Manifest[], money?: PriceSettings): Subject {
  const known = kept.find((one) => one.money === money && isSame(one.manifests, manifests));
  const subject =
    known?.subject ?? observe(manifests, { ...DEFAULT_CHECK_SETTINGS, ...(money && { money }) });
  const others = kept.filter((one) => one !== known);
  kept = [{ manifests, money, subject }, ...others].slice(0, MOST_KEPT);
  return subject;
}

function isSame(one: readonly Manifest[], other: readonly Manifest[]): boolean {
  return one.length === other.length && one.every((manifest, index) => manifest === other[index]);
}
