import type { SourceFile } from '../../lib/cluster/manifest';
import { type Change, edited, FLEET, RENDERED } from '../fixtures/files';
import type { ImpactCase } from './impact-case';

const CLASS = 'ec2nodeclass-gitlab-jobs.yaml';
const CONFIG = 'amd64-spot/configmap.yaml';
const DEPLOYMENT = 'amd64-spot/deployment.yaml';
const NAMESPACE = 'namespace-gitlab-jobs.yaml';

/** The fleet as someone else would write it, who lets Flux fill in variables. */
const FOREIGN = edited(FLEET, ['.yaml', /^( +)gitlab-runner-fleet\/runner: .*\n/gm, '']);
const foreign = (...changes: readonly Change[]): readonly SourceFile[] => edited(FOREIGN, ...changes);
const rendered = (...changes: readonly Change[]): readonly SourceFile[] => edited(RENDERED, ...changes);

const HOPS = 'httpPutResponseHopLimit: 1';
const ESCALATION = 'allowPrivilegeEscalation: false';

/** Variables of Flux in fields that other rules judge: a default is judged as the value, and one without is reported. */
// biome-ignore format: a table of cases
export const VARIABLE_CASES: readonly ImpactCase[] = [
  { rule: 'run-time-value', name: 'a variable in what is rendered', before: RENDERED, after: rendered([CLASS, HOPS, 'httpPutResponseHopLimit: ${x:=1}']), says: ['security', /httpPutResponseHopLimit is \$\{x:=1\}/] },
  { rule: 'run-time-value', name: 'a variable in the key of a field', before: RENDERED, after: rendered([DEPLOYMENT, ESCALATION, '${x:=privileged}: true']), says: ['security', /is \$\{x:=privileged\}/] },
  { rule: 'run-time-value', name: 'a variable behind an escape', before: RENDERED, after: rendered([CLASS, 'httpTokens: required', 'httpTokens: "\\x24{x:=optional}"']), says: ['security', /httpTokens is \$\{x:=optional\}/] },
  { rule: 'run-time-value', name: 'an expression that is not read here', before: RENDERED, after: rendered([CLASS, HOPS, 'httpPutResponseHopLimit: ${x/a/2}']), says: ['security', /is \$\{x\/a\/2\}/] },
  { rule: 'run-time-value', name: 'a config.toml whose texts Flux is told to fill in', before: rendered([CONFIG, 'FF_WAIT_FOR', 'OWN = "${HOME}"\n      FF_WAIT_FOR']), after: rendered([CONFIG, 'FF_WAIT_FOR', 'OWN = "${HOME}"\n      FF_WAIT_FOR'], [CONFIG, '    kustomize.toolkit.fluxcd.io/substitute: disabled\n', '']), says: ['security', /config\.toml is/] },
  { rule: 'run-time-value', name: 'a variable without a default in what someone else wrote', before: FOREIGN, after: foreign([CLASS, HOPS, 'httpPutResponseHopLimit: ${HOPS}']), says: ['security', /httpPutResponseHopLimit is \$\{HOPS\}/] },
  { rule: 'run-time-value', name: 'a variable with a default there', before: FOREIGN, after: foreign([CLASS, 'volumeSize: 100Gi', 'volumeSize: ${DISK:=200Gi}']) },
  { rule: 'run-time-value', name: 'a variable that was there', before: foreign([CLASS, HOPS, 'httpPutResponseHopLimit: ${HOPS}']), after: foreign([CLASS, HOPS, 'httpPutResponseHopLimit: ${HOPS}'], [CLASS, 'volumeSize: 100Gi', 'volumeSize: 200Gi']) },
  { rule: 'run-time-value', name: 'a text of its own in an object that Flux leaves alone', before: RENDERED, after: rendered([CONFIG, 'FF_WAIT_FOR', 'OWN = "${HOME}"\n      FF_WAIT_FOR']) },

  ...[foreign, rendered].flatMap((fleet, index): ImpactCase[] => {
    const before = fleet();
    const whose = index === 0 ? 'of someone else' : 'that is rendered';
    return [
      { rule: 'node-guards', name: `a default of a hop limit ${whose}`, before, after: fleet([CLASS, HOPS, 'httpPutResponseHopLimit: ${x:=2}']), says: ['security', /instance metadata/] },
      { rule: 'node-guards', name: `the same hop limit as a default ${whose}`, before, after: fleet([CLASS, HOPS, 'httpPutResponseHopLimit: ${x:=1}']) },
      { rule: 'node-guards', name: `a default of disks that stay ${whose}`, before, after: fleet([CLASS, 'deleteOnTermination: true', 'deleteOnTermination: ${x:-false}']), says: ['security', /^Disks stay/] },
      { rule: 'pod-powers', name: `a default of privileged ${whose}`, before, after: fleet([DEPLOYMENT, 'privileged: false', 'privileged: ${x:=true}']), says: ['security', /privileged/] },
      { rule: 'pod-powers', name: `a default of a default of root ${whose}`, before, after: fleet([DEPLOYMENT, /runAsUser: \d+/, 'runAsUser: ${x:=${y:=0}}']), says: ['security', /root/] },
      { rule: 'pod-powers', name: `the key of a field with a default ${whose}`, before, after: fleet([DEPLOYMENT, '      serviceAccountName', '      ${x:=hostNetwork}: true\n      serviceAccountName']), says: ['security', /network/] },
      { rule: 'admission-change', name: `a default of the level ${whose}`, before, after: fleet([NAMESPACE, 'enforce: baseline', 'enforce: ${x:=privileged}']), says: ['security', /^Pods are admitted/] },
    ];
  }),
];
