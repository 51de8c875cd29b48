import { mounts } from '../cluster/config-files';
import { textsOfObject } from '../cluster/config-texts';
import type { Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { isWorkload, podSpecOf, sourcesOfVolume } from '../cluster/workloads';
import { at, type Fields, fieldsOf, listOf, textOf } from '../values/record';

/** How a new file gets to a manager that runs; undefined where it reads the mounted file again by itself. */
export type Obstacle = 'registered' | 'copied' | 'subPath';

/** What keeps a manager from reading a changed ConfigMap or Secret before it restarts. */
export function obstacleOf(object: Manifest, workload: Manifest, subject: Subject): Obstacle | undefined {
  const configs = subject.configs.filter(({ managers }) => managers.includes(workload));
  if (configs.some(({ manifest, isTemplate }) => isTemplate && manifest === object)) return 'registered';
  const spec = podSpecOf(workload);
  const places = listOf(spec.containers).flatMap((container) => placesIn(fieldsOf(container), spec, object));
  // What only a container mounts that runs first can only be copied.
  if (places.length === 0) return 'copied';
  if (places.every(({ subPath }) => subPath !== undefined)) return 'subPath';
  const scripts = scriptsOf(workload, spec, subject.manifests);
  const isCopied = places.some(({ mountPath }) => scripts.some((script) => copies(script, mountPath)));
  return isCopied ? 'copied' : undefined;
}

/** What replaces the pods of a workload when a ConfigMap or a Secret of it changes; undefined where nothing does. */
export function reloaderOf({ body }: Manifest): string | undefined {
  const annotations = Object.keys(fieldsOf(at(body, ['metadata', 'annotations'])));
  const found = annotations.find((key) => /(^|\.)reloader\.stakater\.com\/|^wave\.pusher\.com\//.test(key));
  return found === undefined ? undefined : `The annotation ${found} has its pods replaced.`;
}

/** The managers that mount an object. */
export function managersThatMount(object: Manifest, { manifests, runners }: Subject): readonly Manifest[] {
  const managers = new Set(runners.map(({ manager }) => manager));
  return manifests.filter((one) => managers.has(one) && isWorkload(one) && mounts(one, object));
}

interface Place {
  readonly mountPath: string;
  readonly subPath: string | undefined;
}

function placesIn({ volumeMounts }: Fields, spec: Fields, { kind, name }: Manifest): readonly Place[] {
  const volumes = new Set(
    listOf(spec.volumes)
      .filter((volume) => sourcesOfVolume(volume).includes(`${kind} ${name}`))
      .map((volume) => fieldsOf(volume).name),
  );
  return listOf(volumeMounts)
    .map(fieldsOf)
    .filter((mount) => volumes.has(mount.name))
    .map((mount) => ({ mountPath: textOf(mount.mountPath) ?? '', subPath: textOf(mount.subPath) }));
}

/** Every text that its containers may run: their commands, and what they mount. */
function scriptsOf(workload: Manifest, spec: Fields, manifests: readonly Manifest[]): readonly string[] {
  const containers = [...listOf(spec.initContainers), ...listOf(spec.containers)].map(fieldsOf);
  const commands = containers.map(({ command, args }) => [...listOf(command), ...listOf(args)].join(' '));
  const mounted = manifests.filter((one) => mounts(workload, one)).flatMap(textsOfObject);
  return [...commands, ...mounted.map(({ text }) => text)];
}

/** Whether a line of a script makes another file of one below a folder. */
function copies(script: string, folder: string): boolean {
  return script
    .split('\n')
    .some(
      (line) => line.includes(folder) && /\b(cp|cat|install|envsubst|sed|awk|rsync|dd|tee|ln)\b/.test(line),
    );
}
