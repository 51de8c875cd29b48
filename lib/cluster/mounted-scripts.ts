import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import type { Manifest } from './manifest';
import { objectsNamed } from './of-kind';
import { areTogether } from './secret-sources';

/** The text of a file that a container mounts out of a ConfigMap among the manifests; undefined for any other. */
export function mountedText(
  file: string,
  container: Fields,
  pod: Fields,
  workload: Manifest,
  manifests: readonly Manifest[],
): string | undefined {
  const texts = listOf(container.volumeMounts).flatMap((mount) => {
    const { name, mountPath, subPath } = fieldsOf(mount);
    const inVolume = pathInVolume(file, textOf(mountPath) ?? '', textOf(subPath));
    const volume = listOf(pod.volumes).find((one) => fieldsOf(one).name === name);
    return inVolume === undefined ? [] : configMapsOf(volume).map((source) => ({ inVolume, source }));
  });
  for (const { inVolume, source } of texts) {
    const configMap = objectsNamed(manifests, 'ConfigMap', textOf(source.name)).find((one) =>
      areTogether(one, workload),
    );
    const items = listOf(source.items).map(fieldsOf);
    const key = items.length === 0 ? inVolume : textOf(items.find(({ path }) => path === inVolume)?.key);
    const text = key === undefined ? undefined : textsOf(configMap?.body.data)[key];
    if (text !== undefined) return text;
  }
  return undefined;
}

function pathInVolume(file: string, mountPath: string, subPath: string | undefined): string | undefined {
  const folder = mountPath.replace(/\/+$/, '');
  if (subPath !== undefined) return file === folder ? subPath : undefined;
  return file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : undefined;
}

function configMapsOf(volume: unknown): Fields[] {
  const projected = listOf(at(volume, ['projected', 'sources'])).map((source) => at(source, ['configMap']));
  return [at(volume, ['configMap']), ...projected].map(fieldsOf).filter(({ name }) => name !== undefined);
}
