import { firstFew, type Impact } from './rule';

/** A token or private key that a change brings into the repository. */
export interface LeakedSecret {
  /** `a plain token`, `a private key`. */
  readonly what: string;
  /** Where it is, as people read it, the first one first: `docs/start.md, line 3`. */
  readonly places: readonly string[];
  /** Whether only commits on the way hold it, and the last one does not. */
  readonly isGone: boolean;
}

/** What a secret in a commit does: whoever can read the repository can use it, for as long as it is valid. */
export function leakImpacts(leaks: readonly LeakedSecret[]): readonly Impact[] {
  return leaks.map(({ what, places: [first, ...rest], isGone }) => {
    const more = rest.length === 0 ? '' : ` It is also in ${firstFew(rest)}.`;
    return {
      id: 'leaked-secret',
      weight: 'security',
      object: first,
      what: isGone
        ? `A commit of the change holds ${what} (hidden), and a later one removes it: it stays in the history.${more}`
        : `It holds ${what} (hidden).${more}`,
      why: 'Everyone who can read the repository can use it, now and later. Revoke it in any case: removing it, or squashing the commits, does not take it back.',
    };
  });
}
