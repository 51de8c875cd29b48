import { createHash } from 'node:crypto';
import { publicKeyOf } from '../sealed-secrets/encrypt';
import type { Impact } from './rule';

/** A sealing certificate that differs between two revisions. */
export interface CertificateChange {
  /** `sealed/<fleet>/cert.pem` */
  readonly file: string;
  /** PEM of each side; undefined where the file is not there. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Whether it is a link afterwards, whose target may change without it. */
  readonly isLink: boolean;
  /** Whether nothing was sealed for its fleet before. */
  readonly isNewFleet: boolean;
}

/** What another sealing key does: whoever has its private key reads every token that is sealed from then on. */
export function sealingKeyImpacts(changes: readonly CertificateChange[]): readonly Impact[] {
  return changes.flatMap(({ file, before, after, isNewFleet, isLink }): Impact[] => {
    if (isLink) return [linked(file)];
    if (after === undefined) return [];
    const [old, now] = [before && publicKeyOf(before), publicKeyOf(after)];
    // The controller renews its certificate, and keeps none of its keys for longer than it says.
    if (old !== undefined && old === now) return [];
    const isFirst = before === undefined && isNewFleet;
    return [
      {
        id: 'sealing-key',
        weight: isFirst ? 'notice' : 'security',
        object: file,
        what: isFirst
          ? `Tokens of a new fleet are sealed with it. ${fingerprint(now)}`
          : `Tokens are sealed with another key from now on. ${fingerprint(now)}`,
        why: 'Whoever has the private key can read every token in the repository that is sealed with it. Compare it with the certificate that kubeseal --fetch-cert prints; docs/review.md has the command.',
      },
    ];
  });
}

function linked(file: string): Impact {
  return {
    id: 'sealing-key',
    weight: 'security',
    object: file,
    what: 'It is a link now: tokens are sealed with whatever certificate it leads to.',
    why: 'Whoever replaces the target later can read the tokens that are sealed from then on, without a change below sealed/.',
  };
}

function fingerprint(key: string | undefined): string {
  if (key === undefined) return 'It is not a certificate that can be read here.';
  return `SHA-256 of its public key: ${createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex')}.`;
}
