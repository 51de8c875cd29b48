import { parseQuantity } from '../../values/quantity';
import { textsOf } from '../../values/record';
import type { KubernetesTable, RunnerTable } from '../config/toml';
import { defaultBuildsDir } from './job-system';

/** A volume: its name, and its source under the key of its kind. */
export type JobVolume = Readonly<Record<string, unknown>> & { readonly name: string };

/** Where a container has a volume. */
export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
  readonly mountPropagation?: string;
}

/** Volumes of the executor's own that a job pod has. */
export interface OwnVolumes {
  readonly scripts: boolean;
  readonly logs: boolean;
  /** `node_selector` with what the job changed of it: the place of clones follows from it. */
  readonly selector: Readonly<Record<string, string>>;
}

const SOURCES = {
  host_path: ({ host_path, mount_path }: Source) => ({ hostPath: { path: host_path || mount_path } }),
  secret: ({ name, items }: Source) => ({ secret: { secretName: name, ...itemsOf(items) } }),
  pvc: ({ name }: Source) => ({ persistentVolumeClaim: { claimName: name } }),
  config_map: ({ name, items }: Source) => ({ configMap: { name, ...itemsOf(items) } }),
  empty_dir: ({ medium, size_limit: size = '' }: Source) => ({
    // The runner warns of a size that it can't read and makes the volume without one.
    emptyDir: {
      ...(medium ? { medium } : {}),
      ...(parseQuantity(String(size)) !== undefined && { sizeLimit: size }),
    },
  }),
  csi: ({ driver, fs_type: fsType, read_only: readOnly, volume_attributes: volumeAttributes }: Source) => ({
    csi: { driver, ...defined({ fsType, readOnly, volumeAttributes }) },
  }),
  nfs: ({ server, path, read_only: readOnly }: Source) => ({
    nfs: { server, path, ...defined({ readOnly }) },
  }),
};
type Source = Readonly<Record<string, unknown>>;

/** Volumes of a job pod: those of the config, then the executor's own. */
export function volumesOf(runner: RunnerTable, { scripts, logs, selector }: OwnVolumes): JobVolume[] {
  const own = configured(runner.kubernetes);
  // A claim that is mounted at several places is one volume.
  const made = own.filter(
    ({ one, source }, index) =>
      source !== SOURCES.pvc ||
      own.findIndex((other) => other.source === source && other.one.name === one.name) === index,
  );
  const empty = [...(keepsClones(runner, selector) ? ['repo'] : []), scripts && 'scripts', logs && 'logs'];
  return [
    ...made.map(({ one, source }) => ({ name: String(one.name ?? ''), ...source(one) })),
    ...empty.filter((name) => name !== false).map((name) => ({ name, emptyDir: {} })),
  ];
}

/** Where each container of a job pod has its volumes. Folders of a job are called by numbers that only a job has. */
export function volumeMountsOf(runner: RunnerTable, { scripts, logs, selector }: OwnVolumes): VolumeMount[] {
  const { scripts_base_dir: scriptsDir = '', logs_base_dir: logsDir = '' } = runner.kubernetes;
  const folder = (base: string, name: string) => `${base.replace(/[/\\]+$/, '')}/${name}-<project>-<job>`;
  return [
    ...(scripts ? [{ name: 'scripts', mountPath: folder(scriptsDir, 'scripts') }] : []),
    ...(logs ? [{ name: 'logs', mountPath: folder(logsDir, 'logs') }] : []),
    ...configured(runner.kubernetes).map(({ one }) => ({
      name: String(one.name ?? ''),
      mountPath: String(one.mount_path ?? ''),
      ...(one.sub_path ? { subPath: String(one.sub_path) } : {}),
      ...(one.read_only === true && { readOnly: true }),
      ...(one.mount_propagation ? { mountPropagation: String(one.mount_propagation) } : {}),
    })),
    ...(keepsClones(runner, selector) ? [{ name: 'repo', mountPath: buildsDir(runner, selector) }] : []),
  ];
}

/** Volumes of the config, in the order of the executor. */
function configured({ volumes = {} }: KubernetesTable): { one: Source; source: (one: Source) => object }[] {
  return Object.entries(SOURCES).flatMap(([kind, source]) =>
    (volumes[kind as keyof typeof SOURCES] ?? []).map((one) => ({ one, source })),
  );
}

function buildsDir({ builds_dir: folder }: RunnerTable, selector: OwnVolumes['selector']): string {
  return folder || defaultBuildsDir(selector);
}

/** Whether the runner's own volume holds the clones: one of the config in their place takes that of the runner's. */
function keepsClones(runner: RunnerTable, selector: OwnVolumes['selector']): boolean {
  const folder = buildsDir(runner, selector);
  return configured(runner.kubernetes).every(({ one }) => one.mount_path !== folder);
}

function itemsOf(items: unknown): { items?: { key: string; path: string }[] } {
  const listed = Object.entries(textsOf(items)).map(([key, path]) => ({ key, path }));
  return listed.length > 0 ? { items: listed } : {};
}

function defined(fields: Source): Source {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
