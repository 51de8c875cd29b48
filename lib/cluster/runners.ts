import { readablePart } from '../gitlab-runner/config/readable';
import type { RunnerTable } from '../gitlab-runner/config/toml';
import type { FieldPath } from '../values/field-path';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { parseToml, tableOfToml } from '../values/toml';
import type { Manifest } from './manifest';

/** One `[[runners]]` entry of a config.toml, with the Deployment that runs it. */
export interface Runner {
  /** Its name in the config, or that of its ConfigMap. */
  readonly name: string;
  readonly config: RunnerConfig;
  /** Place of the entry in the file. */
  readonly index: number;
  /** The entry, without values of another type than their keys take; `kubernetes` is always there. */
  readonly table: RunnerTable;
  /** Undefined where no Deployment mounts the config. */
  readonly manager: Manifest | undefined;
  /** `spec.template.spec` of the Deployment. */
  readonly managerPod: Fields;
}

/** A config.toml in a ConfigMap. */
export interface RunnerConfig {
  readonly manifest: Manifest;
  /** Way to the text. */
  readonly path: FieldPath;
  readonly text: string;
  /** The parsed file; undefined with a syntax error. */
  readonly parsed: Fields | undefined;
  /** Whether registration adds to it what it has to know of GitLab: `config.template.toml`. */
  readonly isTemplate: boolean;
  /** Why it doesn't parse, and the line in the file of YAML. */
  readonly syntax: { readonly reason: string; readonly line: number } | undefined;
}

/** The config.toml files among manifests: texts of ConfigMaps that are called so or hold `[[runners]]`. */
export function configsOf(manifests: readonly Manifest[]): readonly RunnerConfig[] {
  return manifests
    .filter(({ kind, apiVersion }) => kind === 'ConfigMap' && apiVersion === 'v1')
    .flatMap((manifest) => {
      const files = Object.entries(textsOf(manifest.body.data)).filter(([key]) => key.endsWith('.toml'));
      const hasRunners = (text: string) => /\[\[\s*runners\s*\]\]/.test(text);
      const globals = files.find(([, text]) => !hasRunners(text))?.[1];
      return files
        .filter(([, text]) => hasRunners(text))
        .map(([key, text]) => readConfig(manifest, ['data', key], text, globals));
    });
}

/** The runners of configs that parse. Every Deployment that mounts one is a manager of its runners. */
export function runnersOf(
  configs: readonly RunnerConfig[],
  manifests: readonly Manifest[],
): readonly Runner[] {
  const deployments = manifests.filter(({ kind }) => kind === 'Deployment');
  return configs.flatMap((config) => {
    const managers = deployments.filter((deployment) => mounts(deployment, config.manifest));
    const readable = readablePart(config.parsed ?? {});
    return listOf(readable.runners).flatMap((entry, index) =>
      (managers.length > 0 ? managers : [undefined]).map((manager) => ({
        name: textOf(fieldsOf(entry).name) || config.manifest.name,
        config,
        index,
        table: {
          ...fieldsOf(entry),
          kubernetes: fieldsOf(fieldsOf(entry).kubernetes),
        } as unknown as RunnerTable,
        manager,
        managerPod: fieldsOf(at(manager?.body, ['spec', 'template', 'spec'])),
      })),
    );
  });
}

/** @param globals a file beside it without runners: what holds for the whole process, where the file is a template */
function readConfig(
  manifest: Manifest,
  path: FieldPath,
  text: string,
  globals: string | undefined,
): RunnerConfig {
  const isTemplate = String(path[1]).endsWith('.template.toml');
  try {
    const above = isTemplate && globals !== undefined ? fieldsOf(tableOfToml(globals)) : {};
    return { manifest, path, text, parsed: { ...above, ...parseToml(text) }, isTemplate, syntax: undefined };
  } catch (error) {
    const { line, message } = error as { line?: number; message: string };
    const reason = message.split('\n')[0].replace(/ at row \d+.*$/, '');
    return {
      manifest,
      path,
      text,
      parsed: undefined,
      isTemplate,
      syntax: { reason, line: manifest.lineOf(path) + 1 + (line ?? 0) },
    };
  }
}

/** Whether a Deployment mounts a ConfigMap. */
export function mounts(deployment: Manifest, configMap: Manifest): boolean {
  if (deployment.namespace !== configMap.namespace) return false;
  const volumes = listOf(at(deployment.body, ['spec', 'template', 'spec', 'volumes']));
  return volumes.some((volume) => {
    const projected = listOf(at(volume, ['projected', 'sources'])).map((source) =>
      at(source, ['configMap', 'name']),
    );
    return [at(volume, ['configMap', 'name']), ...projected].includes(configMap.name);
  });
}

/** Most jobs of an entry at once: its own limit, within that of the process, in each replica of its Deployment. */
export function concurrencyOf({ config, table, manager }: Runner): number {
  const concurrent = wholeNumber(config.parsed?.concurrent) ?? 1;
  const limit = wholeNumber(table.limit) ?? 0;
  const replicas = wholeNumber(at(manager?.body, ['spec', 'replicas']) ?? 1) ?? 1;
  // A manager that is stopped, for want of a token or for a while, is counted as if it ran.
  return (limit > 0 ? Math.min(limit, concurrent) : concurrent) * Math.max(replicas, 1);
}

/** A count as the runner reads it; `config` tells of others. */
function wholeNumber(value: unknown): number | undefined {
  return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
}
