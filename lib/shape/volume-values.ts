import type { FieldPath } from '../values/field-path';
import { isDnsSubdomain } from '../values/label';
import { parseQuantity } from '../values/quantity';
import { type Fields, fieldsOf, isTable, listOf, textOf } from '../values/record';
import { claimFaults } from './claim-values';
import { pathFaults } from './container-values';
import { backsteps, isOpen, missing, nameFault, type RefusedValue, SUBDOMAIN } from './refused-value';
import { amountFaults, FIELDS_OF_FILES, fieldFaults } from './variable-values';

/** Volumes of a pod that API servers refuse. */
export function volumeFaults({ volumes }: Fields): readonly RefusedValue[] {
  return listOf(volumes).flatMap((volume, index) => {
    const path = ['volumes', index];
    const { name, hostPath, emptyDir, nfs, csi, secret, configMap } = fieldsOf(volume);
    return [
      // One of another type is a fault of its own.
      ...([undefined, null, ''].includes(name as string | null | undefined)
        ? [missing([...path, 'name'], 'a volume needs a name')]
        : []),
      ...kindFaults(fieldsOf(volume), path),
      ...(isTable(hostPath) ? hostPathFaults(hostPath, [...path, 'hostPath', 'path']) : []),
      ...(isTable(emptyDir) ? sizeFaults(emptyDir, [...path, 'emptyDir', 'sizeLimit']) : []),
      ...(isTable(nfs) ? nfsFaults(nfs, [...path, 'nfs']) : []),
      ...(isTable(csi) ? driverFaults(csi, [...path, 'csi', 'driver']) : []),
      ...fileFaults(secret, [...path, 'secret'], 'secretName'),
      ...fileFaults(configMap, [...path, 'configMap'], 'name'),
      ...otherFaults(fieldsOf(volume), path),
    ];
  });
}

function otherFaults(volume: Fields, path: FieldPath): readonly RefusedValue[] {
  const { persistentVolumeClaim, ephemeral, projected, downwardAPI } = volume;
  return [
    ...(isTable(persistentVolumeClaim) && !textOf(persistentVolumeClaim.claimName)
      ? [missing([...path, 'persistentVolumeClaim', 'claimName'], 'the volume must name a claim')]
      : []),
    ...(isTable(ephemeral) ? ephemeralFaults(ephemeral, [...path, 'ephemeral']) : []),
    ...(isTable(projected) ? projectedFaults(projected, [...path, 'projected']) : []),
    ...(isTable(downwardAPI) ? downwardFaults(downwardAPI, [...path, 'downwardAPI']) : []),
  ];
}

/** A volume is one thing; without a kind, it is an empty folder. */
function kindFaults(volume: Fields, path: FieldPath): RefusedValue[] {
  const kinds = Object.keys(volume).filter((key) => key !== 'name' && isTable(volume[key]));
  if (kinds.length < 2) return [];
  return [
    {
      path,
      found: kinds.join(' and '),
      why: 'a volume has exactly one kind',
      fix: 'make two volumes of them',
    },
  ];
}

function hostPathFaults({ path }: Fields, way: FieldPath): RefusedValue[] {
  const folder = textOf(path) ?? '';
  if (folder === '') return [missing(way, 'a hostPath volume needs a path')];
  return folder.split('/').includes('..') ? [backsteps(way, folder)] : [];
}

function sizeFaults({ sizeLimit }: Fields, path: FieldPath): RefusedValue[] {
  const found = textOf(sizeLimit) ?? '';
  const isNegative = (parseQuantity(found) ?? 0n) < 0n;
  return isNegative
    ? [{ path, found, why: 'a size must not be negative', fix: 'write a size, for example 1Gi' }]
    : [];
}

function nfsFaults({ server, path }: Fields, way: FieldPath): RefusedValue[] {
  const folder = textOf(path) ?? '';
  const why = 'the path that a server exports begins with a slash';
  return [
    ...(textOf(server) ? [] : [missing([...way, 'server'], 'an NFS volume needs a server')]),
    ...(folder.startsWith('/') || isOpen(folder)
      ? []
      : [{ path: [...way, 'path'], found: folder || 'nothing', why, fix: 'write the whole path' }]),
  ];
}

function driverFaults({ driver }: Fields, path: FieldPath): RefusedValue[] {
  const name = textOf(driver) ?? '';
  if (name === '') return [missing(path, 'a CSI volume needs a driver')];
  return nameFault(
    [path, name],
    (text) => text.length <= 63 && isDnsSubdomain(text.toLowerCase()),
    SUBDOMAIN,
  );
}

/** A claim that is made with its pod. */
function ephemeralFaults({ volumeClaimTemplate }: Fields, path: FieldPath): RefusedValue[] {
  const way = [...path, 'volumeClaimTemplate'];
  if (!isTable(volumeClaimTemplate)) return [missing(way, 'an ephemeral volume is made by a template')];
  return claimFaults(volumeClaimTemplate).map((fault) => ({ ...fault, path: [...way, ...fault.path] }));
}

const KINDS_OF_SOURCES = [
  'secret',
  'configMap',
  'downwardAPI',
  'serviceAccountToken',
  'clusterTrustBundle',
  'podCertificate',
];
const [LEAST_SECONDS, MOST_SECONDS] = [600, 2 ** 32];

function projectedFaults({ sources, defaultMode }: Fields, path: FieldPath): RefusedValue[] {
  const all = listOf(sources).map(fieldsOf);
  return [
    ...modeFaults(defaultMode, [...path, 'defaultMode']),
    ...all.flatMap((source, index): RefusedValue[] => {
      const way = [...path, 'sources', index];
      const kinds = KINDS_OF_SOURCES.filter((key) => isTable(source[key]));
      const { serviceAccountToken: token } = source;
      return [
        ...(kinds.length > 1
          ? [
              {
                path: way,
                found: kinds.join(' and '),
                why: 'a source has exactly one kind',
                fix: 'make two sources of them',
              },
            ]
          : []),
        ...fileFaults(source.secret, [...way, 'secret'], 'name'),
        ...fileFaults(source.configMap, [...way, 'configMap'], 'name'),
        ...(isTable(token) ? tokenFaults(token, [...way, 'serviceAccountToken']) : []),
        ...(isTable(source.downwardAPI) ? downwardFaults(source.downwardAPI, [...way, 'downwardAPI']) : []),
      ];
    }),
    ...twiceFaults(all, path),
  ];
}

function tokenFaults({ path: file, expirationSeconds: seconds }: Fields, path: FieldPath): RefusedValue[] {
  const isWrong = typeof seconds === 'number' && (seconds < LEAST_SECONDS || seconds > MOST_SECONDS);
  return [
    ...(textOf(file) ? [] : [missing([...path, 'path'], 'the token needs the name of a file')]),
    ...(isWrong
      ? [
          {
            path: [...path, 'expirationSeconds'],
            found: String(seconds),
            why: `a token is valid for ${LEAST_SECONDS} to ${MOST_SECONDS} seconds`,
            fix: `write ${LEAST_SECONDS} at least`,
          },
        ]
      : []),
  ];
}

/** Files of several sources lie in one folder. */
function twiceFaults(sources: readonly Fields[], path: FieldPath): RefusedValue[] {
  const files = sources.flatMap((source) => [
    ...['secret', 'configMap', 'downwardAPI'].flatMap((kind) =>
      listOf(fieldsOf(source[kind]).items).map((item) => textOf(fieldsOf(item).path) ?? ''),
    ),
  ]);
  const twice = [...new Set(files.filter((file, index) => file !== '' && files.indexOf(file) < index))];
  return twice.map((file) => ({
    path,
    found: file,
    why: 'the files of a volume must have different paths',
    fix: 'give one of them another path',
  }));
}

function downwardFaults({ items, defaultMode }: Fields, path: FieldPath): RefusedValue[] {
  return [
    ...modeFaults(defaultMode, [...path, 'defaultMode']),
    ...listOf(items).flatMap((one, index) => {
      const { path: file, fieldRef, resourceFieldRef } = fieldsOf(one);
      const way = [...path, 'items', index];
      return [
        ...(textOf(file) ? [] : [missing([...way, 'path'], 'a file needs a path')]),
        ...itemPathFaults([...way, 'path'], textOf(file) ?? ''),
        ...fieldFaults(fieldRef, FIELDS_OF_FILES, [...way, 'fieldRef']),
        ...amountFaults(resourceFieldRef, [...way, 'resourceFieldRef']),
      ];
    }),
  ];
}

/** An object whose keys become files, below where the volume is mounted. */
function fileFaults(source: unknown, path: FieldPath, nameKey: string): RefusedValue[] {
  if (!isTable(source)) return [];
  return [
    ...(textOf(source[nameKey]) ? [] : [missing([...path, nameKey], 'it must name the object')]),
    ...modeFaults(source.defaultMode, [...path, 'defaultMode']),
    ...listOf(source.items).flatMap((item, index) => {
      const { key, path: file, mode } = fieldsOf(item);
      const way = [...path, 'items', index];
      return [
        ...(textOf(key) ? [] : [missing([...way, 'key'], 'each item needs a key')]),
        ...(textOf(file) ? [] : [missing([...way, 'path'], 'a file needs a path')]),
        ...itemPathFaults([...way, 'path'], textOf(file) ?? ''),
        ...modeFaults(mode, [...way, 'mode']),
      ];
    }),
  ];
}

/** Names that begin with two dots are those of the kubelet. */
function itemPathFaults(path: FieldPath, file: string): RefusedValue[] {
  return file.startsWith('..') ? [backsteps(path, file)] : pathFaults(path, file);
}

const MOST_MODE = 0o777;

function modeFaults(mode: unknown, path: FieldPath): RefusedValue[] {
  if (typeof mode !== 'number' || (mode >= 0 && mode <= MOST_MODE)) return [];
  const why = 'a mode is a number from 0 to 511, which is 0777 in octal';
  return [
    { path, found: String(mode), why, fix: 'write it in octal with a zero in front, for example 0440' },
  ];
}
