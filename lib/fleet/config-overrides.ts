import type { GlobalTable, RunnerTable } from '../gitlab-runner/config/toml';

/** Keys of config.toml by table, with the runner's own names: `{ runner: { kubernetes: { priority_class_name: 'ci' } } }`. */
export interface ConfigOverrides {
  /**
   * Keys of the whole file: `check_interval`, `log_level`, ...
   *
   * @default - none
   */
  readonly global?: Partial<Omit<GlobalTable, 'runners'>>;
  /**
   * Keys of the `[[runners]]` table, its sub-tables included.
   *
   * @default - none
   */
  readonly runner?: Partial<Omit<RunnerTable, 'token' | 'url' | 'executor'>>;
}
