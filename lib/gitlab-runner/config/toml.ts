import { printToml } from '../../values/toml';
import type { GLOBAL_TABLE, KUBERNETES_TABLE, RUNNER_TABLE, TableShape, ValueTypes } from './keys';

type Value<Shape> = Shape extends keyof ValueTypes
  ? ValueTypes[Shape]
  : Shape extends { readonly list: infer Item }
    ? Value<Item>[]
    : Shape extends { readonly map: infer Item }
      ? Record<string, Value<Item>>
      : Shape extends { readonly either: readonly (infer One)[] }
        ? Value<One>
        : Shape extends { readonly table: infer Table extends TableShape }
          ? TableOf<Table>
          : never;

type TableOf<Shape extends TableShape> = { -readonly [Key in keyof Shape]?: Value<Shape[Key]> };

/** `[runners.kubernetes]`: what the Kubernetes executor makes of a job. */
export type KubernetesTable = TableOf<typeof KUBERNETES_TABLE>;

/** `[[runners]]`: one token and how its jobs run. */
export type RunnerTable = Omit<
  TableOf<typeof RUNNER_TABLE>,
  'name' | 'url' | 'token' | 'executor' | 'kubernetes'
> & {
  name: string;
  url: string;
  token: string;
  executor: 'kubernetes';
  kubernetes: KubernetesTable;
};

/** The keys before the first table. */
export type GlobalTable = TableOf<typeof GLOBAL_TABLE>;

/** A whole config.toml. A key that the runner doesn't know, or a value of another type, does not compile. */
export type ConfigToml = GlobalTable & { runners: RunnerTable[] };

/** The text of a config.toml: keys in the order given, undefined ones left out, a newline at its end. */
export function stringifyConfig(config: ConfigToml): string {
  const { runners, ...global } = config;
  // Tables after plain keys: what stands behind a table's header belongs to that table.
  return printToml({ ...global, runners });
}
