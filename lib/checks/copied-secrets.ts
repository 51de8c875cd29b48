import type { Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { ciphertextFault } from '../sealed-secrets/ciphertext';
import { publicKeyOf } from '../sealed-secrets/encrypt';
import { at, textOf, textsOf } from '../values/record';
import type { Finding } from './finding';
import { SECRET_RULES } from './secret-rules';

const { finding } = SECRET_RULES;

/** Ciphertexts and certificates that stand in two places, of which at most one can use them. */
export function copiedFindings({ manifests, elsewhere, certificates }: Subject): Finding[] {
  return [...copiedCiphertexts(manifests, elsewhere), ...sharedCertificates(certificates, elsewhere)];
}

function copiedCiphertexts(manifests: readonly Manifest[], elsewhere: readonly Manifest[]): Finding[] {
  const abroad = new Map(elsewhere.flatMap((one) => ciphertextsOf(one).map(([, text]) => [text, one])));
  const owners = new Map<string, Manifest>();
  return manifests.flatMap((manifest) =>
    ciphertextsOf(manifest).flatMap(([key, text]) => {
      const [owner, other] = [owners.get(text), abroad.get(text)];
      owners.set(text, manifest);
      const why =
        owner !== undefined
          ? `the same ciphertext is in ${owner.name}: it is bound to one name, and each runner has a token of its own`
          : `the same ciphertext is in ${other?.file}, for another cluster: each has a sealing key of its own, so that one of them can not open it, and if both could, two managers would be one runner to GitLab`;
      if (owner === undefined && other === undefined) return [];
      return [
        finding('copied-ciphertext', {
          severity: 'error',
          at: { manifest, path: ['spec', 'encryptedData', key] },
          found: 'a copy',
          why,
          fix: 'seal the token of this runner',
        }),
      ];
    }),
  );
}

/** What is sealed under the keys of a SealedSecret; nothing for other objects. */
function ciphertextsOf({ kind, body }: Manifest): readonly (readonly [key: string, text: string])[] {
  if (kind !== 'SealedSecret') return [];
  return Object.entries(textsOf(at(body, ['spec', 'encryptedData']))).filter(
    ([, text]) => ciphertextFault(text) === undefined,
  );
}

function sharedCertificates(certificates: readonly Manifest[], elsewhere: readonly Manifest[]): Finding[] {
  if (certificates.length === 0) return [];
  const keyOf = ({ body }: Manifest) => publicKeyOf(textOf(body.pem) ?? '');
  return certificates.flatMap((manifest) => {
    const key = keyOf(manifest);
    const other = elsewhere.find((one) => one.kind === manifest.kind && keyOf(one) === key);
    if (key === undefined || other === undefined) return [];
    return [
      finding('shared-certificate', {
        severity: 'warning',
        at: { manifest, path: [] },
        found: `the key of ${other.file}`,
        why: 'the two are of different clusters, and each controller has a sealing key of its own: it can not open what is sealed with this certificate',
        fix: `fetch the certificate from this cluster: kubeseal --fetch-cert > ${manifest.file}`,
      }),
    ];
  });
}
