import { DEDICATED_KEY } from '../../contract';
import { shapeFaults } from '../../gitlab-runner/config/shape';
import type { ConfigToml } from '../../gitlab-runner/config/toml';
import { configFaults } from '../../gitlab-runner/config/validate';
import { httpAddress } from '../../values/http-address';
import { at, fieldsOf, listOf, textOf } from '../../values/record';
import type { Faults } from '../fault';
import type { NormalRunner } from '../normal-fleet';
import { applyPatch } from '../patches';

/** Keys that other objects rely on, with the option that sets them all alike. */
const DERIVED: readonly (readonly [path: readonly string[], option: string])[] = [
  [['global', 'runners'], 'config.runner, or another runner'],
  [['global', 'listen_address'], 'manager.metricsPort'],
  [['runner', 'token'], 'a sealed token'],
  [['runner', 'url'], 'gitlabUrl'],
  [['runner', 'executor'], 'nothing: this is a fleet of the Kubernetes executor'],
  [['runner', 'token_expires_at'], 'nothing: GitLab knows when a token expires'],
  [['runner', 'token_obtained_at'], 'nothing: GitLab knows when a token was made'],
  [
    ['runner', 'kubernetes', 'bearer_token'],
    'nothing: managers use their ServiceAccount, and secrets do not belong in a ConfigMap',
  ],
  [['runner', 'cache', 's3', 'AccessKey'], 'cache.credentialsSecret'],
  [['runner', 'cache', 's3', 'SecretKey'], 'cache.credentialsSecret'],
  [
    ['runner', 'cache', 's3', 'SessionToken'],
    'nothing: give the variable AWS_SESSION_TOKEN to managers, from a Secret',
  ],
  [['runner', 'kubernetes', 'namespace'], 'jobNamespace'],
  [['runner', 'kubernetes', 'privileged'], 'privileged'],
  [['runner', 'kubernetes', 'namespace_per_job'], 'nothing: it needs rights on the whole cluster'],
  [['runner', 'kubernetes', 'node_selector', 'kubernetes.io/arch'], 'arch'],
  [
    ['runner', 'kubernetes', 'node_selector', 'kubernetes.io/os'],
    'existingPools, for nodes that run Windows',
  ],
  [['runner', 'kubernetes', 'node_selector', 'karpenter.sh/capacity-type'], 'capacity'],
  [['runner', 'kubernetes', 'node_selector', DEDICATED_KEY], 'pool'],
];

/** Reports overrides of what other objects are derived from, and keys and types that the runner would not take. */
export function checkOverrides(faults: Faults, { config, said }: NormalRunner): void {
  if (said.config === undefined) return;
  const place = faults.at('config');
  const { kubernetes } = fieldsOf(config.runner);
  if (kubernetes !== undefined && (typeof kubernetes !== 'object' || kubernetes === null)) {
    place.add('runner.kubernetes', kubernetes, 'a table of config.toml', 'name the keys that should differ');
    return;
  }
  for (const [path, option] of DERIVED) {
    if (at(config, path) === undefined) continue;
    const rule =
      'nodes, rights, namespaces or probes are derived from this: config.toml alone would contradict them';
    place.add(path.join('.'), 'set', rule, `set ${option}`);
  }
  // What null removes is of no type.
  const { global, runner } = applyPatch({}, config) as typeof config;
  addErrors(place, shapeFaults({ ...global, runners: [runner] }));
}

/** Reports values of the whole config.toml, overrides on top, that fail later than at start, or contradict each other. */
export function checkConfig(faults: Faults, config: ConfigToml): void {
  const { clone_url: cloneUrl } = fieldsOf(listOf(config.runners)[0]);
  if (textOf(cloneUrl) && httpAddress(cloneUrl) === undefined) {
    const rule = 'the address of GitLab that jobs clone from, with its scheme and a host';
    faults.at('config').add('runner.clone_url', cloneUrl, rule, 'write it as "https://gitlab.example.com"');
  }
  addErrors(faults.at('config'), configFaults(config));
}

/** What only warns of a config that someone else wrote: whoever writes a description can leave it out. */
const REFUSED_HERE: readonly string[] = ['feature-flag', 'missing-key', 'server-key', 'unknown-key'];

function addErrors(faults: Faults, problems: ReturnType<typeof configFaults>): void {
  for (const { id, severity, at, found, why, fix } of problems) {
    if (severity === 'error' || REFUSED_HERE.includes(id)) faults.add(asWritten(at), found, why, fix);
  }
}

/** A path of the file as the description has it: `runners[0].limit` is `runner.limit`, `concurrent` is `global.concurrent`. */
function asWritten(path: string): string {
  return path.startsWith('runners[0].') ? path.replace('runners[0].', 'runner.') : `global.${path}`;
}
