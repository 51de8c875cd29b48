import { isIpAddress } from '../../values/address-block';
import { parseImage } from '../../values/image';
import { isDnsSubdomain, isQualifiedName } from '../../values/label';
import { at } from '../../values/record';
import type { Faults } from '../fault';
import type { NormalRunner } from '../normal-fleet';
import type { HostAliasProps, JobProps, JobServiceProps } from '../props/job';
import { checkImage, checkLabels, checkOneOf, checkWholeNumber, isLabelOrVariable } from './fields';
import { checkClassName, checkImagePattern, checkVariables } from './pod-fields';

/** Keys of config.toml that options set. */
const KEYS: readonly (readonly [option: keyof JobProps, path: readonly string[]])[] = [
  ['preGetSourcesScript', ['pre_get_sources_script']],
  ['postGetSourcesScript', ['post_get_sources_script']],
  ['preBuildScript', ['pre_build_script']],
  ['postBuildScript', ['post_build_script']],
  ['services', ['kubernetes', 'services']],
  ['allowedImages', ['kubernetes', 'allowed_images']],
  ['allowedServices', ['kubernetes', 'allowed_services']],
  ['priorityClassName', ['kubernetes', 'priority_class_name']],
  ['runtimeClassName', ['kubernetes', 'runtime_class_name']],
  ['hostAliases', ['kubernetes', 'host_aliases']],
  ['podAffinity', ['kubernetes', 'affinity']],
];

const SCRIPTS = ['preGetSourcesScript', 'postGetSourcesScript', 'preBuildScript', 'postBuildScript'] as const;

/** Reports what is wrong with what every job of a runner is given. */
export function checkJob(runnerFaults: Faults, runner: NormalRunner): void {
  const { job: said = {} } = runner.said;
  const faults = runnerFaults.at('job');
  checkVariables(faults, 'environment', runner.job.environment);
  checkTogether(faults, runner);
  for (const script of SCRIPTS) checkScript(faults, script, said[script]);
  checkServices(faults, runner);
  checkPatterns(faults, 'allowedImages', said.allowedImages, 'registry.example.com/**');
  checkPatterns(faults, 'allowedServices', said.allowedServices, 'postgres:*');
  checkClassName(faults, 'priorityClassName', said.priorityClassName, 'ci');
  checkClassName(faults, 'runtimeClassName', said.runtimeClassName, 'gvisor');
  for (const [index, alias] of runner.job.hostAliases.entries())
    checkHostAlias(faults.at(`hostAliases[${index}]`), alias);
  for (const [index, preference] of runner.job.podAffinity.entries())
    checkPreference(faults.at(`podAffinity[${index}]`), preference, runner);
  for (const [option, path] of KEYS) {
    if (said[option] === undefined || at(runner.config, ['runner', ...path]) === undefined) continue;
    const rule = `job.${option} sets it`;
    runnerFaults.at('config').add(['runner', ...path].join('.'), 'set', rule, 'leave one of them out');
  }
}

function checkPreference(
  faults: Faults,
  { matchLabels, prefer, topologyKey, weight }: NormalRunner['job']['podAffinity'][number],
  { onFargate }: NormalRunner,
): void {
  checkOneOf(faults, 'prefer', prefer, ['together', 'apart']);
  checkWholeNumber(faults, 'weight', weight, 1, 100);
  if (typeof topologyKey !== 'string' || !isQualifiedName(topologyKey)) {
    const rule = 'a label of nodes, whose value says what one place is';
    faults.add('topologyKey', topologyKey, rule, 'write "kubernetes.io/hostname"');
  }
  checkLabels(faults, 'matchLabels', matchLabels, isLabelOrVariable);
  if (Object.keys(matchLabels).length === 0)
    faults.add('matchLabels', matchLabels, 'no label selects every pod', 'name a label of podLabels');
  if (onFargate) {
    const rule = 'each pod on EKS Fargate has a machine of its own';
    faults.add('prefer', prefer, rule, 'leave out podAffinity');
  }
}

/** Variables by which GitLab Runner overrides where a job runs. */
const PLACES = ['KUBERNETES_NAMESPACE_OVERWRITE', 'KUBERNETES_SERVICE_ACCOUNT_OVERWRITE'];

function checkTogether(faults: Faults, { job: { environment } }: NormalRunner): void {
  for (const name of PLACES.filter((one) => one in environment)) {
    const rule = 'rights, nodes and policies depend on where jobs run, and this variable changes that';
    const fix = name.includes('NAMESPACE') ? 'set jobNamespace' : 'set serviceAccount';
    faults.add(`environment["${name}"]`, environment[name], rule, fix);
  }
}

function checkScript(faults: Faults, field: string, script: unknown): void {
  if (script === undefined || (typeof script === 'string' && script.trim() !== '')) return;
  faults.add(field, script, 'a text with shell commands', 'leave it out');
}

function checkServices(faults: Faults, { job: { services } }: NormalRunner): void {
  const seen = new Set<string>();
  for (const [index, service] of services.entries()) {
    const place = faults.at(`services[${index}]`);
    checkImage(place, 'image', service.image);
    checkVariables(place, 'environment', { ...service.environment });
    checkAlias(place, service, seen);
    checkTwin(place, service, services.slice(0, index));
  }
}

/** Containers of a pod share its ports: two services of one image listen on the same ones, unless something else is said of them. */
function checkTwin(faults: Faults, service: JobServiceProps, earlier: readonly JobServiceProps[]): void {
  const pathOf = ({ alias, image }: JobServiceProps) =>
    alias === undefined && typeof image === 'string' ? parseImage(image)?.path : undefined;
  const path = pathOf(service);
  if (path === undefined || !earlier.some((one) => pathOf(one) === path)) return;
  const rule =
    'another service is of this image: jobs reach both by one name, and both listen on the same port of the pod';
  faults.add('image', service.image, rule, 'leave one out, or give each an alias and a port of its own');
}

/** DNS has no longer labels, whatever a file of hosts may say. */
function isHostName(name: string): boolean {
  return isDnsSubdomain(name) && name.split('.').every((label) => label.length <= 63);
}

/** A line of /etc/hosts for each name. */
function checkAlias(faults: Faults, { alias }: JobServiceProps, seen: Set<string>): void {
  if (alias === undefined) return;
  if (typeof alias !== 'string' || !isHostName(alias)) {
    const rule =
      'a host name of lower-case letters, digits, dashes and dots, with at most 63 between two dots';
    faults.add('alias', alias, rule, 'write it as "db"');
  } else if (seen.has(alias)) {
    faults.add('alias', alias, 'another service has this name', 'give each its own');
  }
  seen.add(String(alias));
}

const NO_IMAGE = 'no image has an empty name';

/** In a config.toml, an empty pattern alone allows nothing: people who write it mean that. */
function noImageFix(field: string): string {
  const key = field === 'allowedServices' ? 'allowed_services' : 'allowed_images';
  return `leave it out; to allow none but those that the runner names itself, set config.runner.kubernetes.${key} to [''] instead of job.${field}`;
}

/** Without a pattern every image is allowed. */
function checkPatterns(faults: Faults, field: string, patterns: unknown, example: string): void {
  if (patterns === undefined) return;
  const list: readonly unknown[] = Array.isArray(patterns) ? patterns : [patterns];
  if (list.length === 0) {
    const rule = 'the runner allows every image where the list is empty';
    faults.add(field, patterns, rule, `write ["${example}"], or leave it out`);
  }
  for (const [index, pattern] of list.entries()) {
    if (pattern === '') faults.add(`${field}[${index}]`, pattern, NO_IMAGE, noImageFix(field));
    else checkImagePattern(faults, `${field}[${index}]`, pattern, example);
  }
}

function checkHostAlias(faults: Faults, { hostnames, ip }: HostAliasProps): void {
  if (typeof ip !== 'string' || !isIpAddress(ip))
    faults.add('ip', ip, 'an IPv4 or IPv6 address', 'write it as "10.0.0.5"');
  const names: readonly unknown[] = Array.isArray(hostnames) ? hostnames : [];
  if (names.length === 0)
    faults.add('hostnames', hostnames, 'an address needs at least one name', "write ['db.example.com']");
  for (const [index, name] of names.entries()) {
    if (typeof name === 'string' && isDnsSubdomain(name)) continue;
    const rule = 'a host name of lower-case letters, digits, dashes and dots';
    faults.add(`hostnames[${index}]`, name, rule, 'write it as "db.example.com"');
  }
}
