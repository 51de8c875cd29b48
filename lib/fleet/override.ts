/**
 * Settings on top of inherited ones. `null` takes back what is inherited, as if nobody had said it: for an option, for a key
 * of a map, or for an option of an option.
 */
export type Override<T> = {
  readonly [K in keyof T]: undefined extends T[K] ? OverrideOf<K, T[K]> | null : T[K];
};

/** In `config`, null has a meaning already: it removes a key of config.toml. */
type OverrideOf<K, V> = K extends 'config'
  ? V
  : V extends readonly unknown[]
    ? V
    : V extends object
      ? string extends keyof V
        ? { readonly [key: string]: V[keyof V] | null }
        : Override<V>
      : V;
