const BOUNDARY = '//';

/** Whether user data is a MIME archive, to which no part is added here. */
export function isMime(userData: string): boolean {
  return /^(MIME-Version|Content-Type):/.test(userData);
}

/** Scripts and NodeConfigs of AL2023 as one MIME archive: `nodeadm` merges the latter and runs the former, in their order. */
export function joinParts(contents: readonly string[]): string {
  const parts = contents.map(nodeadmPart).join('');
  return `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${BOUNDARY}"\n\n${parts}--${BOUNDARY}--\n`;
}

/** Settings of Bottlerocket one below the other. */
export function joinSettings(contents: readonly string[]): string {
  return contents.map(endedLine).join('\n');
}

/** What Karpenter takes for a script or a NodeConfig where it is no part of an archive. */
function nodeadmPart(content: string): string {
  const type = content.startsWith('#!')
    ? 'text/x-shellscript; charset="us-ascii"'
    : 'application/node.eks.aws';
  return `--${BOUNDARY}\nContent-Type: ${type}\n\n${endedLine(content)}`;
}

function endedLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
