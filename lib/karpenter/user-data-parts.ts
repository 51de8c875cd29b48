const BOUNDARY = '//';

/** Whether user data is a MIME archive already. */
export function isMime(userData: string): boolean {
  return /^(MIME-Version|Content-Type):/.test(userData);
}

/** AMI families whose user data can be put together from several pieces. */
const FAMILIES = ['AL2023', 'Bottlerocket'] as const;
export type UserDataFamily = (typeof FAMILIES)[number];

/** The family of that name; undefined for one whose user data is not put together here. */
export function userDataFamily(name: string): UserDataFamily | undefined {
  return FAMILIES.find((one) => one === name);
}

/**
 * Several pieces of user data as one. Of AL2023 a MIME archive of scripts and NodeConfigs: `nodeadm` merges the latter and runs
 * the former, in their order. Of Bottlerocket settings, one below the other.
 */
export function joinUserData(family: UserDataFamily, pieces: readonly string[]): string {
  if (family === 'Bottlerocket') return pieces.map(endedLine).join('\n');
  const parts = pieces.map(nodeadmPart).join('');
  return `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${BOUNDARY}"\n\n${parts}--${BOUNDARY}--\n`;
}

/** A part with the type that Karpenter would give it outside an archive. */
function nodeadmPart(content: string): string {
  const type = content.startsWith('#!')
    ? 'text/x-shellscript; charset="us-ascii"'
    : 'application/node.eks.aws';
  return `--${BOUNDARY}\nContent-Type: ${type}\n\n${endedLine(content)}`;
}

function endedLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
