import { displayName, type Manifest, type ManifestFault } from './manifest';

/** The objects of one cluster. */
export interface Cluster {
  /** Its folder below the one that was read; undefined if all of that is one cluster. */
  readonly name: string | undefined;
  readonly manifests: readonly Manifest[];
}

/**
 * Objects by cluster: where two or more subfolders of a folder each hold NodePools and a config.toml, each is a cluster
 * of its own, as `dist/` has them; otherwise all is one.
 */
export function clustersOf(folder: string, manifests: readonly Manifest[]): readonly Cluster[] {
  const groups = new Map<string, Manifest[]>();
  for (const manifest of manifests) {
    const [first, ...rest] = manifest.file
      .slice(folder.length)
      .split(/[\\/]/)
      .filter((step) => step !== '');
    const name = rest.length > 0 ? first : '';
    groups.set(name, [...(groups.get(name) ?? []), manifest]);
  }
  const whole = [...groups].filter(([name, group]) => name !== '' && isCluster(group));
  if (whole.length < 2) return [{ name: undefined, manifests }];
  const shared = [...groups]
    .filter(([name]) => !whole.some(([other]) => other === name))
    .flatMap(([, group]) => group);
  return whole.map(([name, group]) => ({ name, manifests: [...group, ...shared] }));
}

/** Objects of one identity in one cluster: whichever is applied last wins. */
export function duplicatesOf(manifests: readonly Manifest[]): readonly ManifestFault[] {
  const seen = new Map<string, Manifest>();
  const faults: ManifestFault[] = [];
  for (const manifest of manifests) {
    const group = manifest.apiVersion.includes('/') ? manifest.apiVersion.split('/')[0] : '';
    const identity = [group, manifest.kind, manifest.namespace, manifest.name].join(' ');
    const first = seen.get(identity);
    if (first) {
      const reason = `${displayName(manifest)} stands in ${first.file}:${first.lineOf([])} too: one would overwrite the other`;
      faults.push({ file: manifest.file, line: manifest.lineOf([]), reason });
    } else seen.set(identity, manifest);
  }
  return faults;
}

function isCluster(manifests: readonly Manifest[]): boolean {
  const kinds = new Set(manifests.map(({ kind }) => kind));
  return kinds.has('NodePool') && kinds.has('ConfigMap');
}
