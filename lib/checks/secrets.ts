import type { Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { ciphertextFault, holdsPlainToken } from '../sealed-secrets/ciphertext';
import type { FieldPath } from '../values/field-path';
import { at, fieldsOf, textsOf } from '../values/record';
import type { Check } from './check';
import type { Finding } from './finding';
import { openSecretFindings } from './open-secrets';
import { SECRET_RULES } from './secret-rules';
import { externalFindings, referenceFindings } from './secret-sources';
import { volumeSecretFindings } from './secret-volumes';

const { finding, ...group } = SECRET_RULES;

/** Tokens come from sealed Secrets that exist, and stand nowhere in plain. */
export const secrets: Check = {
  ...group,
  run: (subject) => [
    ...openSecretFindings(subject),
    ...subject.manifests
      .filter(({ kind }) => kind === 'SealedSecret')
      .flatMap((one) => sealedFindings(one, subject)),
    ...subject.manifests.filter(({ kind }) => kind === 'ExternalSecret').flatMap(externalFindings),
    ...copiedFindings(subject.manifests),
    ...subject.runners.flatMap((runner) => referenceFindings(runner, subject)),
    ...volumeSecretFindings(subject),
  ],
};

function sealedFindings(manifest: Manifest, { settings }: Subject): Finding[] {
  const data = textsOf(at(manifest.body, ['spec', 'encryptedData']));
  const path: FieldPath = ['spec', 'encryptedData'];
  if (Object.keys(data).length === 0) {
    const why = 'sealed-secrets takes this as a Secret without keys and empties the live one';
    const fix = 'seal the token, or write a text that is not base64 as a placeholder';
    return [
      finding('empty-sealed-secret', {
        severity: 'error',
        at: { manifest, path },
        found: 'no key',
        why,
        fix,
      }),
    ];
  }
  return [...overwrittenFindings(manifest, data), ...ciphertextFindings(manifest, data, settings.strict)];
}

/** What the controller puts into the Secret in the place of what it has decrypted, and what keeps it from decrypting. */
function overwrittenFindings(manifest: Manifest, data: Readonly<Record<string, string>>): Finding[] {
  const template = fieldsOf(at(manifest.body, ['spec', 'template', 'data']));
  const old = at(manifest.body, ['spec', 'data']);
  return [
    ...Object.keys(template)
      .filter((key) => key in data)
      .map((key) =>
        finding('template-overwrites', {
          severity: 'error',
          at: { manifest, path: ['spec', 'template', 'data', key] },
          found: 'hidden',
          why: 'the template takes the place of what is sealed under this key: the token is lost',
          fix: 'remove it from the template',
        }),
      ),
    ...(old === undefined || old === null
      ? []
      : [
          finding('legacy-data', {
            severity: 'error',
            at: { manifest, path: ['spec', 'data'] },
            found: 'hidden',
            why: 'the controller opens no SealedSecret with this field any more',
            fix: 'remove it',
          }),
        ]),
  ];
}

function ciphertextFindings(
  manifest: Manifest,
  data: Readonly<Record<string, string>>,
  strict: boolean,
): Finding[] {
  const path = ['spec', 'encryptedData'];
  return Object.entries(data).flatMap(([key, text]) => {
    const fault = ciphertextFault(text);
    if (fault === undefined || holdsPlainToken(text)) return [];
    const at = { manifest, path: [...path, key] };
    if (/[^A-Za-z0-9+/=\n]/.test(text)) {
      const why = 'the token is not sealed yet: the runner has no manager until it is';
      const severity = strict ? ('error' as const) : ('note' as const);
      return [
        finding('unsealed', {
          severity,
          at,
          found: 'a placeholder',
          why,
          fix: 'seal the token: npx runner-fleet tokens says how',
        }),
      ];
    }
    const why = `${fault}: the controller can't open it, and the Secret stays as it is`;
    return [
      finding('bad-ciphertext', {
        severity: 'error',
        at,
        found: 'no ciphertext',
        why,
        fix: 'seal the token again',
      }),
    ];
  });
}

function copiedFindings(manifests: readonly Manifest[]): Finding[] {
  const owners = new Map<string, Manifest>();
  return manifests
    .filter(({ kind }) => kind === 'SealedSecret')
    .flatMap((manifest) =>
      Object.entries(textsOf(at(manifest.body, ['spec', 'encryptedData']))).flatMap(([key, text]) => {
        const owner = owners.get(text);
        if (ciphertextFault(text) !== undefined) return [];
        owners.set(text, manifest);
        if (owner === undefined) return [];
        const why = `the same ciphertext stands in ${owner.name}: it is bound to one name, and each runner has a token of its own`;
        const path = ['spec', 'encryptedData', key];
        return [
          finding('copied-ciphertext', {
            severity: 'error',
            at: { manifest, path },
            found: 'a copy',
            why,
            fix: 'seal the token of this runner',
          }),
        ];
      }),
    );
}
