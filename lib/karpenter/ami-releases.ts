/** The day of the newest release that is listed here. */
export const AMI_RELEASES_AS_OF = '2026-08-12';

/** The release up to which the list has every one from its first on. */
const COMPLETE_UP_TO = 'v20260724';

/**
 * Releases of the EKS image of Amazon Linux 2023, by the day in their name, oldest first. A release of AWS every week or two
 * makes more than anybody moves through: those of the last months are enough to move from and to.
 * @see https://github.com/awslabs/amazon-eks-ami/releases
 */
const AL2023 = [
  'v20260610',
  'v20260618',
  'v20260625',
  'v20260707',
  'v20260709',
  'v20260714',
  'v20260724',
  'v20260812',
];

/** The newest known release of a family, as an alias; undefined for a family of which none are listed. */
export function newestAlias(family: string): string | undefined {
  return family === 'al2023' ? `al2023@${AL2023[AL2023.length - 1]}` : undefined;
}

/** Whether AWS has no release of this name: only where the list is complete. */
export function isUnpublished(alias: string): boolean {
  const [family, release] = alias.split('@');
  if (family !== 'al2023' || release < AL2023[0] || release > COMPLETE_UP_TO) return false;
  return !AL2023.includes(release);
}

/** Whether a release is newer than all that are known here. Nothing is known of Bottlerocket's. */
export function isBeyondKnown(alias: string): boolean {
  const newest = newestAlias(alias.split('@')[0]);
  return newest === undefined || compareAliases(alias, newest) > 0;
}

/** Negative if the first alias is older; both are pinned aliases of one family. */
export function compareAliases(one: string, other: string): number {
  const [a, b] = [one, other].map((alias) =>
    (alias.split('@')[1] ?? '').replace(/^v/, '').split('.').map(Number),
  );
  const step = a.findIndex((part, index) => part !== b[index]);
  return step < 0 ? 0 : a[step] - (b[step] ?? 0);
}
