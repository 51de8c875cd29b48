import type { SourceFile } from '../../lib/cluster/manifest';
import { type Change, edited, FLEET, withRunner } from '../fixtures/files';
import type { ImpactCase } from './impact-case';

const CLASS = 'ec2nodeclass-gitlab-jobs.yaml';
const CONFIG = 'configmap.yaml';

/** The fleet whose runners, or node classes, all have a line more. */
const entry = (line: string, files = FLEET) =>
  edited(files, [CONFIG, '    limit = ', `    ${line}\n    limit = `]);
const kubernetes = (line: string) =>
  edited(FLEET, [CONFIG, '      [runners.kubernetes]\n', `      [runners.kubernetes]\n      ${line}\n`]);
const ofClass = (line: string, files = FLEET) => edited(files, [CLASS, 'spec:\n', `spec:\n  ${line}\n`]);

const more = (
  apiVersion: string,
  kind: string,
  rest: string,
  name = 'gitlab-jobs/x',
): readonly SourceFile[] => {
  const [namespace, own] = name.split('/');
  return [
    ...FLEET,
    {
      path: 'acme/more.yaml',
      text: `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${own}${namespace && `, namespace: ${namespace}`} }\n${rest}\n`,
    },
  ];
};
const goes = (name: string, says: RegExp, ...object: Parameters<typeof more>): ImpactCase => ({
  rule: 'unknown-object',
  name: `${name} that goes`,
  before: more(...object),
  after: FLEET,
  says: ['security', says],
});

const SCRIPT = 'check-policy || exit 1';
const CONTAINERS = 'spec: { template: { spec: { containers: [{ name: a, image: a }] } } }';
const QUOTA = 'spec: { hard: { requests.memory: 10Gi } }';
const DELETED: Change = [CLASS, /( +)deleteOnTermination: true\n/, ''];

/** What guards a fleet and goes: that nothing new stands in its place makes it no less weak. */
// biome-ignore format: a table of cases
export const LOST_GUARD_CASES: readonly ImpactCase[] = [
  ...['pre_build_script', 'post_build_script', 'pre_get_sources_script', 'post_get_sources_script'].flatMap((key): ImpactCase[] => [
    { rule: 'job-choices', name: `a ${key} that goes`, before: entry(`${key} = "${SCRIPT}"`), after: FLEET, says: ['security', new RegExp(`${key} no longer runs in each of them`)] },
    { rule: 'job-choices', name: `a ${key} that becomes empty`, before: entry(`${key} = "${SCRIPT}"`), after: entry(`${key} = ""`), says: ['security', new RegExp(`${key} no longer runs in each of them`)] },
  ]),
  { rule: 'job-choices', name: 'a new runner without the script of all others', before: entry(`pre_build_script = "${SCRIPT}"`), after: withRunner(entry(`pre_build_script = "${SCRIPT}"`), 'amd64-spot', 'more').map((file) => ({ ...file, text: file.path.includes('/more/') ? file.text.replace(/ +pre_build_script = .*\n/, '') : file.text })), says: ['security', /pre_build_script no longer runs/] },
  { rule: 'job-choices', name: 'a new runner with the script of all others', before: entry(`pre_build_script = "${SCRIPT}"`), after: withRunner(entry(`pre_build_script = "${SCRIPT}"`), 'amd64-spot', 'more') },
  { rule: 'job-choices', name: 'an empty script that goes', before: entry('pre_build_script = ""'), after: FLEET },
  { rule: 'job-choices', name: 'a policy of names that goes', before: kubernetes('dns_policy = "none"'), after: FLEET, says: ['security', /dns_policy no longer says where names lead/] },
  { rule: 'job-choices', name: 'servers of names that go', before: kubernetes('dns_config = { nameservers = ["10.0.0.10"] }'), after: FLEET, says: ['security', /dns_config no longer says where names lead/] },
  { rule: 'job-choices', name: 'aliases of hosts that go', before: kubernetes('host_aliases = [{ ip = "127.0.0.1", hostnames = ["evil.example"] }]'), after: FLEET, says: ['security', /host_aliases no longer says where names lead/] },

  { rule: 'node-guards', name: 'user data that goes', before: ofClass('userData: iptables -A OUTPUT -d 169.254.169.254 -j DROP'), after: FLEET, says: ['security', /^The script \(userData\) that ran on every node does not run/] },
  { rule: 'node-guards', name: 'user data that becomes empty', before: ofClass('userData: iptables -A OUTPUT -d 169.254.169.254 -j DROP'), after: ofClass('userData: ""'), says: ['security', /userData/] },
  { rule: 'node-guards', name: 'empty user data that goes', before: ofClass('userData: ""'), after: FLEET },
  { rule: 'node-guards', name: 'no public addresses, which nothing says any more', before: ofClass('associatePublicIPAddress: false'), after: FLEET, says: ['security', /^Their subnet decides whether nodes get public addresses/] },
  { rule: 'node-guards', name: 'public addresses that go', before: ofClass('associatePublicIPAddress: true'), after: FLEET },
  { rule: 'node-guards', name: 'disks that go with their nodes, which nothing says any more', after: edited(FLEET, DELETED), says: ['security', /deleteOnTermination/] },
  { rule: 'node-guards', name: 'disks that are said to go with their nodes', before: edited(FLEET, DELETED), after: FLEET },

  goes('an AuthorizationPolicy', /^No fleet has an object of the kind AuthorizationPolicy, and it goes: spec\.action was DENY/, 'security.istio.io/v1', 'AuthorizationPolicy', 'spec: { action: DENY }'),
  goes('a policy of Kubewarden', /kind ClusterAdmissionPolicy, and it goes/, 'policies.kubewarden.io/v1', 'ClusterAdmissionPolicy', 'spec: { mode: protect }', '/x'),
  goes('a RuntimeClass', /kind RuntimeClass, and it goes: handler was gvisor/, 'node.k8s.io/v1', 'RuntimeClass', 'handler: gvisor', '/x'),
  goes('an agent on every node', /^This DaemonSet is not the manager of a runner, and it goes/, 'apps/v1', 'DaemonSet', CONTAINERS),
  goes('an agent of another namespace', /^The namespace falco is not that of a runner, and it goes/, 'apps/v1', 'DaemonSet', CONTAINERS, 'falco/x'),
  { rule: 'unknown-object', name: 'an object of another kind that stays in the cluster', before: more('security.istio.io/v1', 'AuthorizationPolicy', 'spec: {}').map((file) => ({ ...file, text: file.text.replace('name: x', 'annotations: { kustomize.toolkit.fluxcd.io/prune: disabled }, name: x') })), after: FLEET },
  { rule: 'unknown-object', name: 'a runner that goes, with its config and its token', before: withRunner(FLEET, 'amd64-spot', 'more'), after: FLEET },

  { rule: 'room-widened', name: 'a quota of managers that goes', before: more('v1', 'ResourceQuota', QUOTA, 'gitlab-runners/x'), after: FLEET, says: ['security', /^Nothing bounds what pods of its namespace take/] },
  { rule: 'room-widened', name: 'a quota of managers that allows more', before: more('v1', 'ResourceQuota', QUOTA, 'gitlab-runners/x'), after: more('v1', 'ResourceQuota', QUOTA.replace('10Gi', '1000Gi'), 'gitlab-runners/x'), says: ['security', /requests\.memory is 1000Gi, before 10Gi/] },
  { rule: 'room-widened', name: 'a quota of managers that allows less', before: more('v1', 'ResourceQuota', QUOTA, 'gitlab-runners/x'), after: more('v1', 'ResourceQuota', QUOTA.replace('10Gi', '9Gi'), 'gitlab-runners/x') },
];
