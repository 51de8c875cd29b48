import type { GlobalTable, RunnerTable } from '../runner/config-toml';

/** Keys of config.toml by table, as the runner names them. */
export interface ConfigOverrides {
  /** Keys of the whole file: `check_interval`, `log_level`, ... */
  readonly global?: Partial<Omit<GlobalTable, 'runners'>>;
  /** Keys of the `[[runners]]` table, its sub-tables included. */
  readonly runner?: Partial<Omit<RunnerTable, 'token' | 'url' | 'executor'>>;
}
