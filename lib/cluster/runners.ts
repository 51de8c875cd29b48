import { readablePart } from '../gitlab-runner/config/readable';
import type { RunnerTable } from '../gitlab-runner/config/toml';
import { withEnvironmentPlaces } from '../gitlab-runner/executor/job-variables';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import type { RunnerConfig } from './config-files';
import type { Manifest } from './manifest';
import { mostReplicas, podSpecOf } from './workloads';

/** One `[[runners]]` entry of a config.toml, with the workload that runs it. */
export interface Runner {
  /** Its name in the config, or that of its ConfigMap. */
  readonly name: string;
  readonly config: RunnerConfig;
  /** Place of the entry in the file. */
  readonly index: number;
  /** The entry, without values of another type than their keys take; `kubernetes` is always there. */
  readonly table: RunnerTable;
  /** The workload; undefined where none runs the config. */
  readonly manager: Manifest | undefined;
  /** `spec.template.spec` of the workload. */
  readonly managerPod: Fields;
  /** Most pods of the workload at once. */
  readonly replicas: number;
}

/** The runners of configs that parse. Every workload that runs one is a manager of its runners. */
export function runnersOf(
  configs: readonly RunnerConfig[],
  manifests: readonly Manifest[],
): readonly Runner[] {
  return configs.flatMap((config) => {
    const readable = readablePart(config.parsed ?? {});
    return listOf(readable.runners).flatMap((entry, index) =>
      (config.managers.length > 0 ? config.managers : [undefined]).map((manager) => ({
        name: textOf(fieldsOf(entry).name) || config.manifest.name,
        config,
        index,
        table: withEnvironmentPlaces({
          ...fieldsOf(entry),
          kubernetes: fieldsOf(fieldsOf(entry).kubernetes),
        } as unknown as RunnerTable),
        manager,
        managerPod: podSpecOf(manager),
        replicas: mostReplicas(manager, manifests),
      })),
    );
  });
}

/** Most jobs of an entry at once, in each pod of its manager: its own limit, within that of the process. */
export function concurrencyOfEach({ config, table }: Runner): number {
  const concurrent = wholeNumber(config.parsed?.concurrent) ?? 1;
  const limit = wholeNumber(table.limit) ?? 0;
  return limit > 0 ? Math.min(limit, concurrent) : concurrent;
}

/** Most jobs of an entry at once, in all pods of its manager. One that is stopped is counted as if it ran. */
export function concurrencyOf(runner: Runner): number {
  return concurrencyOfEach(runner) * runner.replicas;
}

/** A count as the runner reads it; `config` tells of others. */
function wholeNumber(value: unknown): number | undefined {
  return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
}
