import { createHash } from 'node:crypto';
import type { Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { ofKind } from '../cluster/of-kind';
import { RUNNER_KEY } from '../contract';
import { ciphertextFault, holdsPlainToken, payloadBytes } from '../sealed-secrets/ciphertext';
import type { FieldPath } from '../values/field-path';
import { at, fieldsOf, textsOf } from '../values/record';
import type { Check } from './check';
import { copiedFindings } from './copied-secrets';
import type { FieldOfManifest, Finding } from './finding';
import { openSecretFindings } from './open-secrets';
import { SECRET_RULES } from './secret-rules';
import { externalFindings, providerFindings, referenceFindings } from './secret-sources';
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
    ...ofKind(subject.manifests, 'SecretProviderClass').flatMap(providerFindings),
    ...copiedFindings(subject),
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

/** What the controller puts into the Secret instead of what it has decrypted, and what keeps it from decrypting. */
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
    const at = { manifest, path: [...path, key] };
    if (fault === undefined) return isChanged(manifest, key, text) ? [changedFinding(at)] : [];
    if (holdsPlainToken(text)) return [];
    if (/[^A-Za-z0-9+/=\n]/.test(text)) {
      const severity = strict ? ('error' as const) : ('note' as const);
      return [finding('unsealed', { severity, at, found: 'a placeholder', ...UNSEALED[whatOf(manifest)] })];
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

/** What is sealed: credentials for images, by the type of the Secret that it becomes, or a token. */
function whatOf({ body }: Manifest): keyof typeof UNSEALED {
  const isPull = at(body, ['spec', 'template', 'type']) === PULL_SECRET_TYPE;
  return isPull ? 'pull secret' : 'token';
}

const PULL_SECRET_TYPE = 'kubernetes.io/dockerconfigjson';
const UNSEALED = {
  token: {
    why: 'the token is not sealed yet: the runner has no manager until it is',
    fix: 'seal the token: npx runner-fleet tokens says how',
  },
  'pull secret': {
    why: 'the pull secret is not sealed yet: runners that pull with it have no manager until it is',
    fix: 'seal it: npx runner-fleet tokens says how',
  },
} as const;

/** Whether a ciphertext that was rendered is another one than its key was made of. One of an empty text is reported as empty. */
function isChanged({ body }: Manifest, key: string, text: string): boolean {
  const made = /^token-([0-9a-f]{8})$/.exec(key)?.[1];
  if (made === undefined || textsOf(at(body, ['metadata', 'labels']))[RUNNER_KEY] === undefined) return false;
  return payloadBytes(text) > 0 && !createHash('sha256').update(text).digest('hex').startsWith(made);
}

function changedFinding(place: FieldOfManifest): Finding {
  return finding('changed-ciphertext', {
    severity: 'error',
    at: place,
    found: 'not the ciphertext that the key was made of',
    why: 'it was cut off or changed since it was rendered: the controller can not open it, or the manager is not replaced when the token is',
    fix: 'render it again from sealed/, or seal the token again',
  });
}
