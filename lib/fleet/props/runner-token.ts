/** The token of one runner, if the fleet's `tokens` takes it from elsewhere than `sealed/`. */
export interface RunnerTokenProps {
  /**
   * With `existing-secret`: name of the Secret, in the managers' namespace.
   *
   * @default - `runner-<name>-token`
   */
  readonly secret?: string;

  /**
   * With `existing-secret`: key of the token within its Secret. A new key replaces the manager: write the new token
   * under a new key and name it here; the manager is replaced once the key is there.
   *
   * @default 'token'
   */
  readonly key?: string;

  /**
   * With `external-secret`: key of the token in the store.
   *
   * @default - `keyPrefix` of the fleet's `tokens` and the runner's name
   */
  readonly storeKey?: string;

  /**
   * With `external-secret`: field of the stored value that holds the token, if the value is JSON.
   *
   * @default - `property` of the fleet's `tokens`
   */
  readonly property?: string;

  /**
   * With `external-secret`: version of the token in the store. A new version replaces the manager; without a
   * version, a manager reads a new token only when it is restarted.
   *
   * @default - the newest
   */
  readonly version?: string;
}
