import { fieldsOf, listOf, textOf } from '../values/record';
import { joinPath, parentOf } from './file-names';
import type { Manifest } from './manifest';
import type { OtherManifest } from './parse';

/** Lists of a kustomization that name files, folders, addresses and repositories of Git. */
const LISTS = ['resources', 'bases', 'components', 'generators', 'transformers', 'validators'];
const CHARTS = ['helmCharts', 'helmChartInflationGenerator'];

/** A kustomization with what it takes from elsewhere than the files that are read. */
export interface UnreadSources {
  readonly manifest: OtherManifest;
  /** Addresses, paths and charts, as the kustomization spells them. */
  readonly sources: readonly string[];
}

/**
 * What kustomizations bring from elsewhere: other addresses, repositories of Git, folders that are not read, and charts. Whether
 * an entry is remote, Kustomize decides by looking for a file first; so does this.
 */
export function unreadSourcesOf(
  manifests: readonly Manifest[],
  others: readonly OtherManifest[],
): readonly UnreadSources[] {
  const files = [...manifests, ...others].map(({ file }) => joinPath('', file));
  const known = new Set(files);
  const isRead = (path: string) => known.has(path) || files.some((file) => file.startsWith(`${path}/`));
  return others
    .filter(({ other }) => other === 'kustomization')
    .flatMap((manifest) => {
      const folder = parentOf(manifest.file);
      const named = LISTS.flatMap((key) => listOf(manifest.body[key]).flatMap((one) => textOf(one) ?? []));
      const charts = CHARTS.flatMap((key) => listOf(manifest.body[key])).map(
        (one) => `chart ${textOf(fieldsOf(one).name) ?? textOf(fieldsOf(one).chartName) ?? 'without a name'}`,
      );
      // A generator or transformer may be written into the list itself.
      const missing = named.filter((path) => !path.includes('\n') && !isAmong(folder, path, isRead));
      const sources = [...missing, ...charts];
      return sources.length === 0 ? [] : [{ manifest, sources }];
    });
}

function isAmong(folder: string, path: string, isRead: (path: string) => boolean): boolean {
  const whole = joinPath(folder, path);
  // The folder that everything read lies in.
  return whole === '' || isRead(whole);
}
