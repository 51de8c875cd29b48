import { parseQuantity } from '../../values/quantity';
import type { RunnerTable } from '../config/toml';

/** A volume: its name, and its source under the key of its kind. */
export type JobVolume = Readonly<Record<string, unknown>> & { readonly name: string };

const SOURCES = {
  host_path: ({ host_path, mount_path }: Source) => ({ hostPath: { path: host_path || mount_path } }),
  secret: ({ name }: Source) => ({ secret: { secretName: name } }),
  pvc: ({ name }: Source) => ({ persistentVolumeClaim: { claimName: name } }),
  config_map: ({ name }: Source) => ({ configMap: { name } }),
  empty_dir: ({ medium, size_limit: size = '' }: Source) => ({
    // The runner warns of a size that it can't read and makes the volume without one.
    emptyDir: {
      ...(medium ? { medium } : {}),
      ...(parseQuantity(String(size)) !== undefined && { sizeLimit: size }),
    },
  }),
  csi: ({ driver }: Source) => ({ csi: { driver } }),
  nfs: ({ server, path }: Source) => ({ nfs: { server, path } }),
};
type Source = Readonly<Record<string, unknown>>;

/** Volumes of a job pod: those of the config, then the executor's own. */
export function volumesOf(runner: RunnerTable, empty: readonly string[]): JobVolume[] {
  const { volumes = {} } = runner.kubernetes;
  const own = Object.entries(SOURCES).flatMap(([kind, source]) =>
    (volumes[kind as keyof typeof SOURCES] ?? []).map((one) => ({ one, source })),
  );
  // A volume of the config at the place of clones takes the place of the runner's.
  const clones = own.some(({ one }) => one.mount_path === (runner.builds_dir || '/builds'));
  // A claim that is mounted at several places is one volume.
  const made = own.filter(
    ({ one, source }, index) =>
      source !== SOURCES.pvc ||
      own.findIndex((other) => other.source === source && other.one.name === one.name) === index,
  );
  return [
    ...made.map(({ one, source }) => ({ name: one.name ?? '', ...source(one) })),
    ...empty.filter((name) => name !== 'repo' || !clones).map((name) => ({ name, emptyDir: {} })),
  ];
}
