import { isSopsCiphertext } from '../cluster/sops';
import type { Fields } from '../values/record';
import { Draft, leavesOf } from './draft';
import type { Line } from './line';
import { ENCRYPTED, type Release } from './release';

/** A release without the values that SOPS encrypted, and a line for each. Tokens are left out in any case. */
export function withoutCiphertexts(release: Release): Release {
  const hidden = leavesOf(release.values, []).filter(([, value]) => isHidden(value));
  if (hidden.length === 0) return release;
  const kept = new Draft('');
  for (const [path, value] of leavesOf(release.values, [])) if (!isHidden(value)) kept.set(path, value);
  const lines = hidden
    .filter(([path]) => path[0] !== 'sops' && !/token$/i.test(path[path.length - 1] ?? ''))
    .map(
      ([path]): Line => ({
        kind: 'unread',
        runner: undefined,
        from: `${release.place} ${path.join('.')}`,
        why: ENCRYPTED,
      }),
    );
  const { sops: _, ...values } = kept.runner as Fields;
  return { ...release, values, lines: [...release.lines, ...lines] };
}

/** A ciphertext, also one in a list: the rest of that list would say something else. */
function isHidden(value: unknown): boolean {
  return Array.isArray(value)
    ? JSON.stringify(value).includes('"ENC[AES256_GCM,data:')
    : isSopsCiphertext(value);
}
