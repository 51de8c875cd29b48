import { isIpAddress } from '../values/address-block';
import type { FieldPath } from '../values/field-path';
import { isDnsLabel, isDnsSubdomain } from '../values/label';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { containerFaults, profileFaults, userFaults } from './container-values';
import {
  containersOf,
  isOpen,
  LABEL,
  missing,
  type Named,
  nameFault,
  type RefusedValue,
  SUBDOMAIN,
} from './refused-value';
import { restartFaults } from './restart-values';
import { togetherFaults } from './together';
import { volumeFaults } from './volume-values';

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
    ...profileFaults(spec.securityContext, ['securityContext']),
    ...sysctlFaults(spec),
    ...volumeFaults(spec),
    ...togetherFaults(spec),
    ...restartFaults(spec),
    ...containersOf(spec).flatMap(({ container, path }) => containerFaults(container, path, spec)),
  ];
}

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

function hostAliasFaults({ hostAliases }: Fields): RefusedValue[] {
  return listOf(hostAliases).flatMap((alias, index) => {
    const { ip, hostnames } = fieldsOf(alias);
    const path = ['hostAliases', index];
    return [
      ...addressFault([...path, 'ip'], ip),
      ...listOf(hostnames).flatMap((name, place) =>
        name === ''
          ? [missing([...path, 'hostnames', place], 'a host needs a name')]
          : nameFault([[...path, 'hostnames', place], name], isDnsSubdomain, SUBDOMAIN),
      ),
    ];
  });
}

function addressFault(path: FieldPath, value: unknown): RefusedValue[] {
  const text = textOf(value) ?? '';
  if (isOpen(text) || isIpAddress(text)) return [];
  const why = 'an IP address is required, without zeros in front of a number';
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
            why: `at most ${most} are allowed`,
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
            why: `at most ${LONGEST_SEARCHES} characters are allowed, with a space between two domains`,
            fix: 'remove some',
          },
        ]
      : []),
    ...servers.flatMap((one, index) => addressFault(way('nameservers', index), one)),
    ...domains.flatMap((one, index) => nameFault([way('searches', index), one], isSearchDomain, SUBDOMAIN)),
    ...listOf(options).flatMap((one, index) =>
      textOf(fieldsOf(one).name)
        ? []
        : [{ path: way('options', index), found: 'no name', why: 'an option needs a name', fix: 'name it' }],
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

const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;

function sysctlFaults({ securityContext }: Fields): RefusedValue[] {
  return listOf(fieldsOf(securityContext).sysctls).flatMap((one, index) => {
    const name = textOf(fieldsOf(one).name) ?? '';
    if (isOpen(name) || (name.length <= 253 && SYSCTL.test(name))) return [];
    const path = ['securityContext', 'sysctls', index, 'name'];
    const why = 'settings of the kernel have names of small letters, digits, dashes, dots and slashes';
    return [{ path, found: name || 'nothing', why, fix: 'write its name, for example net.core.somaxconn' }];
  });
}

const MOST_SECONDS = 2 ** 31 - 1;

function deadlineFaults({ activeDeadlineSeconds: seconds }: Fields): RefusedValue[] {
  if (typeof seconds !== 'number' || (seconds >= 1 && seconds <= MOST_SECONDS)) return [];
  const why = `seconds from 1 to ${MOST_SECONDS} are required`;
  return [
    { path: ['activeDeadlineSeconds'], found: String(seconds), why, fix: 'write seconds, or leave it out' },
  ];
}
