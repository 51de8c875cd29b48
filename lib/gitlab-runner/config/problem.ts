import type { Problem } from '../../problem';

/** What can be wrong with a config.toml. */
export type ConfigRule =
  | 'concurrency'
  | 'plain-token'
  | 'plain-key'
  | 'token-rotation'
  | 'other-executor'
  | 'other-executor-table'
  | 'missing-key'
  | 'unknown-key'
  | 'removed-key'
  | 'server-key'
  | 'wrong-type'
  | 'pattern'
  | 'unanchored-pattern'
  | 'pull-policy'
  | 'helper-arch'
  | 'affinity-arch'
  | 'feature-flag'
  | 'patch-ignored'
  | 'volume-name'
  | 'volume-mount'
  | 'root-user'
  | 'patch-twice'
  | 'poll-timeout'
  | 'service-alias'
  | 'refused-value'
  | 'ignored-value'
  | 'log-setting'
  | 'rarely-asks'
  | 'cut-short'
  | 'ends-late'
  | 'small-limit'
  | 'no-request'
  | 'url'
  | 'quantity'
  | 'unit-slip'
  | 'resource-order';

/**
 * What is wrong with a config.toml; `at` is the path of a key, for example `runners[0].kubernetes.cpu_request`. An error
 * fails jobs, the manager or its security; a warning is worth a look.
 */
export type ConfigProblem = Problem<string, ConfigRule>;
