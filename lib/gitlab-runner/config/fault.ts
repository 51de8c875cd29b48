/** What is wrong with a config.toml. */
export interface ConfigFault {
  /** Kind of fault, as `unknown-key`. */
  readonly kind: string;
  /** An error fails jobs, the manager or its security; a warning is worth a look. */
  readonly severity: 'error' | 'warning';
  /** Path of the key, as `runners[0].kubernetes.cpu_request`. */
  readonly path: string;
  /** The value as text; never that of a secret. */
  readonly value: string;
  readonly rule: string;
  readonly fix: string;
}
