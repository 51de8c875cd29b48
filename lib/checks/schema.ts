import type { Manifest } from '../cluster/manifest';
import { holdsPlainToken } from '../sealed-secrets/ciphertext';
import { type FieldFault, fieldFaults, SCHEMA } from '../shape/kinds';
import type { Check } from './check';
import type { Finding } from './finding';
import { objectFaults } from './object-faults';

/** Objects have the fields of their kind. */
export const schema: Check = {
  id: 'schema',
  title: 'Objects have the fields that their kind has, and values that the API server takes there.',
  run: ({ manifests }) =>
    manifests.flatMap((manifest) =>
      [...faultsOfObject(manifest), ...(hasSchema(manifest) ? objectFaults(manifest) : [])].map(
        (fault): Finding => ({
          rule: 'schema',
          severity: 'error',
          manifest,
          ...fault,
          found: shown(fault, manifest),
        }),
      ),
    ),
};

/** What was found, unless it is secret or may be. */
function shown({ found }: FieldFault, { kind }: Manifest): string {
  return kind === 'Secret' || holdsPlainToken(found) ? 'a value (hidden)' : found;
}

/** Whether the fields of an object's kind are known here. */
export function hasSchema({ apiVersion, kind }: Manifest): boolean {
  return Object.hasOwn(SCHEMA.kinds, `${apiVersion}/${kind}`);
}

function faultsOfObject(manifest: Manifest): FieldFault[] {
  const { apiVersion, kind, body } = manifest;
  if (!hasSchema(manifest)) return versionFaults(manifest);
  // What is null in a kind of Kubernetes' own is as if it were not there; custom resources are judged as they are.
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  const takesNull = !group.includes('.') || group.endsWith('.k8s.io');
  return fieldFaults(body, SCHEMA.kinds[`${apiVersion}/${kind}`], takesNull);
}

/** A kind that is known here, in a version of its group that no API server has any more, or in no group that has it. */
function versionFaults({ apiVersion, kind }: Manifest): FieldFault[] {
  const groups = Object.keys(SCHEMA.kinds).map((name) => name.slice(0, name.lastIndexOf('/')));
  const known = groups.filter((one) => Object.hasOwn(SCHEMA.kinds, `${one}/${kind}`));
  const groupOf = (one: string) => (one.includes('/') ? one.split('/')[0] : '');
  const isOurs = [...groups.map(groupOf), 'extensions'].includes(groupOf(apiVersion));
  const isOld = /^(extensions\/|v1$)|(alpha|beta)\d+$/.test(apiVersion);
  if (known.length === 0 || !isOurs || !isOld) return [];
  return [
    {
      path: ['apiVersion'],
      found: apiVersion,
      why: `API servers have no ${kind} of this version, and nothing of it is proved here`,
      fix: `write ${known.join(' or ')}`,
    },
  ];
}
