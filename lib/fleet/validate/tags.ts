import { hasUnseen, UNSEEN } from '../../values/visible';
import type { Faults } from '../fault';
import type { NormalRunner } from '../normal-fleet';

/** Reports tags that GitLab would split or nobody sees, and a runner that no job could choose. */
export function checkTags(faults: Faults, { exactTags, runUntagged, tags }: NormalRunner): void {
  checkAnyTag(faults, { exactTags, runUntagged, tags });
  for (const [index, tag] of tags.entries()) {
    if (typeof tag === 'string' && tag !== '' && !/[\s,]/.test(tag) && !hasUnseen(tag)) continue;
    const word = String(tag)
      .trim()
      .replace(/[\s,]+/g, '-')
      .replace(UNSEEN, '');
    faults.add(
      `tags[${index}]`,
      tag,
      'tags are one word without characters that nobody sees: GitLab splits a list of tags at commas, and a space never matches',
      `write ${JSON.stringify(word || 'a-tag')}, or one entry for each tag`,
    );
  }
}

/** GitLab refuses a runner without tags that takes no untagged jobs. */
function checkAnyTag(
  faults: Faults,
  { exactTags, runUntagged, tags }: Pick<NormalRunner, 'exactTags' | 'runUntagged' | 'tags'>,
): void {
  if (!exactTags || runUntagged || tags.length > 0) return;
  const rule = 'a runner without tags takes no job, unless it takes untagged ones';
  faults.add('exactTags', exactTags, rule, 'name its tags, for example ["gpu"], or leave this out');
}
