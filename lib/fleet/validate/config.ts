import type { ConfigToml } from '../../gitlab-runner/config/toml';
import { configFaults } from '../../gitlab-runner/config/validate';
import type { Faults } from '../fault';
import type { ConfigOverrides } from '../resolve/config-overrides';

/** Keys that other objects rely on, with the option that sets them all alike. */
const DERIVED: Record<string, string> = {
  'global.runners': 'config.runner, or another runner',
  'global.listen_address': 'nothing: probes and network policy rely on it',
  'runner.token': 'a sealed token',
  'runner.url': 'gitlabUrl',
  'runner.executor': 'nothing: this is a fleet of the Kubernetes executor',
  'runner.token_expires_at': 'nothing: GitLab knows when a token expires',
  'runner.token_obtained_at': 'nothing: GitLab knows when a token was made',
  'runner.kubernetes.bearer_token':
    'nothing: managers use their ServiceAccount, and a ConfigMap is no place for secrets',
  'runner.cache.s3.AccessKey': 'cache, which needs no keys',
  'runner.cache.s3.SecretKey': 'cache, which needs no keys',
  'runner.cache.s3.SessionToken': 'cache, which needs no keys',
  'runner.kubernetes.namespace': 'jobNamespace',
  'runner.kubernetes.privileged': 'privileged',
  'runner.kubernetes.namespace_per_job': 'nothing: it needs rights on the whole cluster',
  'runner.kubernetes.node_selector.kubernetes.io/arch': 'arch',
  'runner.kubernetes.node_selector.kubernetes.io/os': 'nothing: nodes run Linux',
  'runner.kubernetes.node_selector.karpenter.sh/capacity-type': 'capacity',
  'runner.kubernetes.node_selector.gitlab-runner-fleet/dedicated-to': 'pool',
};

/** Notes overrides of what other objects are derived from, and keys and values that the runner would not take. */
export function checkOverrides(faults: Faults, overrides: ConfigOverrides, config: ConfigToml): void {
  const place = faults.at('config');
  const kubernetes: unknown = overrides.runner?.kubernetes;
  if (kubernetes !== undefined && (typeof kubernetes !== 'object' || kubernetes === null)) {
    place.add('runner.kubernetes', kubernetes, 'a table of config.toml', 'name the keys that shall differ');
    return;
  }
  for (const [path, option] of Object.entries(DERIVED)) {
    if (!isSaid(overrides, path)) continue;
    const rule =
      'nodes, rights, namespaces or probes are derived from this: config.toml alone would contradict them';
    place.add(path, 'set', rule, `set ${option}`);
  }
  for (const { severity, at, found, why, fix } of configFaults(config)) {
    if (severity === 'error') place.add(asWritten(at), found, why, fix);
  }
}

/** A path of the file as the description has it: `runners[0].limit` is `runner.limit`, `concurrent` is `global.concurrent`. */
function asWritten(path: string): string {
  return path.startsWith('runners[0].') ? path.replace('runners[0].', 'runner.') : `global.${path}`;
}

/** Whether a description sets a key; the last step may hold dots, as labels do. */
function isSaid(overrides: object, path: string): boolean {
  const steps = path.split('.');
  const depth = path.includes('node_selector.') ? 3 : steps.length - 1;
  let table: unknown = overrides;
  for (const step of steps.slice(0, depth)) table = (table as Record<string, unknown> | undefined)?.[step];
  return (table as Record<string, unknown> | undefined)?.[steps.slice(depth).join('.')] !== undefined;
}
