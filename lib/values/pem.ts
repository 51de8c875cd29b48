import { X509Certificate } from 'node:crypto';
import { KEY_HEADING } from './private-key';

/** What is wrong with a text that should be certificates in PEM. */
export type PemFault = 'private-key' | 'none' | 'other-block' | 'not-a-certificate';

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/**
 * Looks at certificates in PEM, one after another.
 *
 * @returns how many there are, or what is wrong with the first block that is not one
 */
export function readCertificates(text: string): number | PemFault {
  const blocks = [...text.matchAll(BLOCK)];
  // Also a key whose end is missing is one.
  if (KEY_HEADING.test(text)) return 'private-key';
  if (blocks.length === 0) return 'none';
  if (blocks.some(([, label]) => label !== 'CERTIFICATE')) return 'other-block';
  return blocks.every(([block]) => isCertificate(block)) ? blocks.length : 'not-a-certificate';
}

/**
 * Certificates in PEM by subject and fingerprint, for example `CN=Example CA (SHA-256 1A:2B:...)`; undefined for a text that
 * holds anything else besides.
 */
export function certificatesIn(text: string): readonly string[] | undefined {
  if (!text.includes('-----BEGIN CERTIFICATE-----') || text.replace(BLOCK, '').trim() !== '')
    return undefined;
  if (typeof readCertificates(text) !== 'number') return undefined;
  return [...text.matchAll(BLOCK)].map(([block]) => {
    const { subject, fingerprint256 } = new X509Certificate(block);
    return `${subject.replaceAll('\n', ', ')} (SHA-256 ${fingerprint256})`;
  });
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).serialNumber !== '';
  } catch {
    return false;
  }
}
