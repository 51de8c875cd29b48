import { isIpAddress } from '../values/address';
import type { FieldPath } from '../values/field-path';
import { isDnsLabel, isDnsSubdomain } from '../values/label';
import { parseQuantity } from '../values/quantity';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';

/** A value that API servers refuse, with the way to it from the spec of the pod. */
export interface RefusedValue {
  readonly path: FieldPath;
  readonly found: string;
  readonly why: string;
  readonly fix: string;
}

/**
 * Single values of a pod that API servers refuse, whatever stands beside them: names, addresses, users, paths and amounts. A
 * text with a variable, or with a part that only a job has, is left alone.
 * @see kubernetes 1.36 pkg/apis/core/validation/validation.go
 */
export function refusedValues(spec: Fields): readonly RefusedValue[] {
  return [
    ...nameFaults(spec),
    ...hostAliasFaults(spec),
    ...dnsFaults(spec),
    ...deadlineFaults(spec),
    ...userFaults(spec.securityContext, ['securityContext']),
    ...volumeFaults(spec),
    ...containersOf(spec).flatMap(({ container, path }) => [
      ...userFaults(container.securityContext, [...path, 'securityContext']),
      ...procMountFaults(container, path, spec),
      ...mountFaults(container, path),
      ...amountFaults(container, path),
      ...portFaults(container, path),
    ]),
  ];
}

/** Whether something stands for a part of a text that is known later only. */
function isOpen(text: string): boolean {
  return /\$|<|\{\{/.test(text);
}

function containersOf(spec: Fields): readonly { readonly container: Fields; readonly path: FieldPath }[] {
  return ['initContainers', 'containers'].flatMap((list) =>
    listOf(spec[list]).map((one, index) => ({ container: fieldsOf(one), path: [list, index] })),
  );
}

const LABEL =
  'a name of at most 63 small letters, digits and dashes is wanted, which starts and ends with a letter or digit';
const SUBDOMAIN =
  'a DNS name is wanted: small letters, digits, dashes and dots, at most 253 of them, where each part starts and ends with a letter or digit';

type Named = readonly [path: FieldPath, value: unknown];

function nameFaults(spec: Fields): RefusedValue[] {
  const labels: Named[] = [
    [['hostname'], spec.hostname],
    [['subdomain'], spec.subdomain],
    ...listOf(spec.volumes).map((one, index): Named => [['volumes', index, 'name'], fieldsOf(one).name]),
    ...containersOf(spec).map(({ container, path }): Named => [[...path, 'name'], container.name]),
  ];
  const names: Named[] = [
    [['serviceAccountName'], spec.serviceAccountName],
    [['priorityClassName'], spec.priorityClassName],
    [['runtimeClassName'], spec.runtimeClassName],
  ];
  return [
    ...labels.flatMap((one) => nameFault(one, (name) => isDnsLabel(name), LABEL)),
    ...names.flatMap((one) => nameFault(one, isDnsSubdomain, SUBDOMAIN)),
  ];
}

function nameFault([path, value]: Named, isValid: (name: string) => boolean, why: string): RefusedValue[] {
  const name = textOf(value) ?? '';
  if (name === '' || isOpen(name) || isValid(name)) return [];
  return [{ path, found: name, why, fix: 'write a name of that form' }];
}

function hostAliasFaults({ hostAliases }: Fields): RefusedValue[] {
  return listOf(hostAliases).flatMap((alias, index) => {
    const { ip, hostnames } = fieldsOf(alias);
    const path = ['hostAliases', index];
    return [
      ...addressFault([...path, 'ip'], ip),
      ...listOf(hostnames).flatMap((name, place) =>
        nameFault([[...path, 'hostnames', place], name], isDnsSubdomain, SUBDOMAIN),
      ),
    ];
  });
}

function addressFault(path: FieldPath, value: unknown): RefusedValue[] {
  const text = textOf(value) ?? '';
  if (isOpen(text) || isIpAddress(text)) return [];
  const why = 'an IP address is wanted, not a name';
  return [
    { path, found: text === '' ? 'nothing' : text, why, fix: 'write an address, for example 10.0.0.10' },
  ];
}

const [MOST_SERVERS, MOST_SEARCHES, LONGEST_SEARCHES] = [3, 32, 2048];

function dnsFaults({ dnsPolicy, dnsConfig }: Fields): RefusedValue[] {
  const { nameservers, searches, options } = fieldsOf(dnsConfig);
  const servers = listOf(nameservers);
  const domains = listOf(searches).map((one) => textOf(one) ?? '');
  const way = (...path: FieldPath) => ['dnsConfig', ...path];
  const count = (key: string, list: readonly unknown[], most: number): RefusedValue[] =>
    list.length <= most
      ? []
      : [
          {
            path: way(key),
            found: `${list.length}`,
            why: `at most ${most} may be there`,
            fix: 'remove some',
          },
        ];
  const isLong = domains.join(' ').length > LONGEST_SEARCHES;
  return [
    ...(dnsPolicy === 'None' && servers.length === 0 ? [NO_SERVERS] : []),
    ...count('nameservers', servers, MOST_SERVERS),
    ...count('searches', domains, MOST_SEARCHES),
    ...(isLong
      ? [
          {
            path: way('searches'),
            found: `${domains.join(' ').length} characters`,
            why: `at most ${LONGEST_SEARCHES} characters may be there, with a blank between two domains`,
            fix: 'remove some',
          },
        ]
      : []),
    ...servers.flatMap((one, index) => addressFault(way('nameservers', index), one)),
    ...domains.flatMap((one, index) => nameFault([way('searches', index), one], isSearchDomain, SUBDOMAIN)),
    ...listOf(options).flatMap((one, index) =>
      textOf(fieldsOf(one).name)
        ? []
        : [{ path: way('options', index), found: 'no name', why: 'an option has a name', fix: 'name it' }],
    ),
  ];
}

const NO_SERVERS: RefusedValue = {
  path: ['dnsConfig', 'nameservers'],
  found: 'none',
  why: 'dnsPolicy is None, which takes no name server of the cluster',
  fix: 'name a server, or leave dnsPolicy out',
};

/** A domain may end with a dot, stand for the root, and hold underscores. */
function isSearchDomain(text: string): boolean {
  return text === '.' || isDnsSubdomain(text.replace(/\.$/, '').replaceAll('_', 'a'));
}

const MOST_SECONDS = 2 ** 31 - 1;

function deadlineFaults({ activeDeadlineSeconds: seconds }: Fields): RefusedValue[] {
  if (typeof seconds !== 'number' || (seconds >= 1 && seconds <= MOST_SECONDS)) return [];
  const why = `seconds from 1 to ${MOST_SECONDS} are wanted`;
  return [
    { path: ['activeDeadlineSeconds'], found: String(seconds), why, fix: 'write seconds, or leave it out' },
  ];
}

const USERS = ['runAsUser', 'runAsGroup', 'fsGroup'];
const MOST_ID = 2 ** 31 - 1;

function userFaults(context: unknown, path: FieldPath): RefusedValue[] {
  const fields = fieldsOf(context);
  const ids: Named[] = [
    ...USERS.map((key): Named => [[...path, key], fields[key]]),
    ...listOf(fields.supplementalGroups).map(
      (one, index): Named => [[...path, 'supplementalGroups', index], one],
    ),
  ];
  return ids.flatMap(([at, id]) => {
    if (typeof id !== 'number' || (id >= 0 && id <= MOST_ID)) return [];
    const why = `users and groups are numbers from 0 to ${MOST_ID}`;
    return [{ path: at, found: String(id), why, fix: 'write a number in that range, for example 1000' }];
  });
}

/** A container sees all of /proc only where it has users of its own. */
function procMountFaults({ securityContext }: Fields, path: FieldPath, spec: Fields): RefusedValue[] {
  if (fieldsOf(securityContext).procMount !== 'Unmasked' || spec.hostUsers === false) return [];
  return [
    {
      path: [...path, 'securityContext', 'procMount'],
      found: 'Unmasked',
      why: 'an unmasked /proc goes with hostUsers: false alone',
      fix: 'leave it out, or set hostUsers: false for the pod (with pod_spec, in a config.toml)',
    },
  ];
}

function volumeFaults({ volumes }: Fields): RefusedValue[] {
  return listOf(volumes).flatMap((volume, index) => {
    const path = ['volumes', index];
    const folder = textOf(at(volume, ['hostPath', 'path']));
    const size = textOf(at(volume, ['emptyDir', 'sizeLimit'])) ?? '';
    const amount = parseQuantity(size);
    return [
      ...(folder === undefined || !folder.split('/').includes('..')
        ? []
        : [backsteps([...path, 'hostPath', 'path'], folder)]),
      ...(amount !== undefined && amount < 0n
        ? [
            {
              path: [...path, 'emptyDir', 'sizeLimit'],
              found: size,
              why: 'a size is not negative',
              fix: 'write a size, for example 1Gi',
            },
          ]
        : []),
    ];
  });
}

function backsteps(path: FieldPath, found: string): RefusedValue {
  return { path, found, why: 'a path must not hold ".."', fix: 'write the path without it' };
}

function mountFaults({ volumeMounts, securityContext }: Fields, path: FieldPath): RefusedValue[] {
  return listOf(volumeMounts).flatMap((mount, index) => {
    const { mountPath, subPath, mountPropagation } = textsOf(mount);
    const way = [...path, 'volumeMounts', index];
    return [
      ...((mountPath ?? '') === ''
        ? [{ path: [...way, 'mountPath'], found: 'nothing', why: 'a mount has its path', fix: 'add it' }]
        : []),
      ...subPathFaults([...way, 'subPath'], subPath),
      ...(mountPropagation === 'Bidirectional' && fieldsOf(securityContext).privileged !== true
        ? [
            {
              path: [...way, 'mountPropagation'],
              found: mountPropagation,
              why: 'only privileged containers have it',
              fix: 'write HostToContainer, or leave it out',
            },
          ]
        : []),
    ];
  });
}

function subPathFaults(path: FieldPath, subPath = ''): RefusedValue[] {
  if (subPath.startsWith('/'))
    return [
      { path, found: subPath, why: 'a path within the volume is wanted', fix: 'remove the slash in front' },
    ];
  return subPath.split('/').includes('..') ? [backsteps(path, subPath)] : [];
}

const NATIVE = /^(cpu|memory|ephemeral-storage|storage|hugepages-\S+)$/;

function amountFaults({ resources }: Fields, path: FieldPath): RefusedValue[] {
  return ['requests', 'limits'].flatMap((kind) =>
    Object.entries(textsOf(fieldsOf(resources)[kind])).flatMap(([name, text]) => {
      const fault = amountFault(name, text);
      return fault === undefined ? [] : [{ path: [...path, 'resources', kind, name], ...fault }];
    }),
  );
}

const WHOLE = 1_000_000_000n;

function amountFault(name: string, text: string): Omit<RefusedValue, 'path'> | undefined {
  const amount = parseQuantity(text);
  if (amount !== undefined && amount < 0n)
    return { found: text, why: 'an amount is not negative', fix: 'write what the container needs' };
  if (NATIVE.test(name)) return undefined;
  if (!name.includes('/'))
    return {
      found: name,
      why: `${name} is not a resource of Kubernetes, and one of a device has a domain in front`,
      fix: 'write its whole name, for example nvidia.com/gpu',
    };
  const isPart = amount !== undefined && amount % WHOLE !== 0n;
  return isPart
    ? { found: text, why: `${name} is counted in whole ones`, fix: 'write a whole number' }
    : undefined;
}

const MOST_PORT = 65_535;

function portFaults({ ports }: Fields, path: FieldPath): RefusedValue[] {
  return listOf(ports).flatMap((port, index) =>
    ['containerPort', 'hostPort'].flatMap((key) => {
      const number = fieldsOf(port)[key];
      if (typeof number !== 'number' || (number >= (key === 'hostPort' ? 0 : 1) && number <= MOST_PORT))
        return [];
      const why = `ports are numbers from 1 to ${MOST_PORT}`;
      return [
        { path: [...path, 'ports', index, key], found: String(number), why, fix: 'write such a number' },
      ];
    }),
  );
}
