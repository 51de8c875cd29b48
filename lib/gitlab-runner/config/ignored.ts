import { type Fields, fieldsOf, textOf } from '../../values/record';
import type { ConfigProblem } from './problem';

const POLICIES = ['none', 'default', 'cluster-first', 'cluster-first-with-host-net'];
const PROFILES = ['RuntimeDefault', 'Unconfined', 'Localhost'];
const CONTEXTS = [
  'pod',
  'build_container',
  'helper_container',
  'service_container',
  'init_permissions_container',
];

/**
 * Values that the runner does not know: it says so in the log of each job, and makes the pod without them.
 * @see gitlab-runner 19.4 common/config.go, KubernetesDNSPolicy.Get, toAPI of profiles, getProcMount
 */
export function ignoredFaults({ kubernetes }: Fields, path: string): readonly ConfigProblem[] {
  const table = fieldsOf(kubernetes);
  return [
    ...unknown(table.dns_policy, `${path}.dns_policy`, POLICIES, 'pods use the name servers of the cluster'),
    ...CONTEXTS.flatMap((name) => contextFaults(table, `${name}_security_context`, path)),
  ];
}

function contextFaults(table: Fields, key: string, path: string): readonly ConfigProblem[] {
  const { seccomp_profile, app_armor_profile, proc_mount } = fieldsOf(table[key]);
  const at = `${path}.${key}`;
  const without = 'containers run without the profile, and have more of the kernel than is meant';
  return [
    ...profileFaults(seccomp_profile, `${at}.seccomp_profile`, without),
    ...profileFaults(app_armor_profile, `${at}.app_armor_profile`, without),
    ...unknown(
      textOf(proc_mount)?.trim().toLowerCase(),
      `${at}.proc_mount`,
      ['default', 'unmasked'],
      'containers have the usual view of /proc',
    ),
  ];
}

function profileFaults(profile: unknown, at: string, then: string): readonly ConfigProblem[] {
  const { type, localhost_profile: file } = fieldsOf(profile);
  if (type !== 'Localhost' || textOf(file)?.trim()) return unknown(type, `${at}.type`, PROFILES, then);
  const why = `the type Localhost names a file, and the runner leaves the profile out without one: ${then}`;
  const fix = 'add localhost_profile';
  return [{ id: 'ignored-value', severity: 'warning', at: `${at}.type`, found: 'Localhost', why, fix }];
}

function unknown(value: unknown, at: string, known: readonly string[], then: string): ConfigProblem[] {
  const found = textOf(value) ?? '';
  if (found === '' || known.includes(found)) return [];
  const why = `the runner does not know it and leaves it out: ${then}`;
  return [
    { id: 'ignored-value', severity: 'warning', at, found, why, fix: `write one of ${known.join(', ')}` },
  ];
}
