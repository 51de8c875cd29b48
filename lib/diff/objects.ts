import { identityOf, type Manifest } from '../cluster/manifest';
import { isWorkload } from '../cluster/workloads';
import { at, fieldsOf, listOf, textOf } from '../values/record';

/** An object of one revision beside the one that it was, or becomes, in the other. One of the two is there. */
export interface ObjectChange {
  readonly before: Manifest | undefined;
  readonly after: Manifest | undefined;
}

/** The objects of two revisions in pairs, those of the later one first, in its order. */
export function pairObjects(
  before: readonly Manifest[],
  after: readonly Manifest[],
): readonly ObjectChange[] {
  const olds = new Map(before.map((manifest) => [identityOf(manifest), manifest]));
  const news = new Set(after.map(identityOf));
  const successors = configSuccessors(before, after);
  const pairs = after.map((manifest) => {
    const own = olds.get(identityOf(manifest));
    const replaced = own ?? predecessorOf(manifest, successors, olds, news);
    if (replaced) olds.delete(identityOf(replaced));
    return { before: replaced, after: manifest };
  });
  return [...pairs, ...[...olds.values()].map((manifest) => ({ before: manifest, after: undefined }))];
}

/** The ConfigMap of a name that no longer exists, in whose place a manager mounts this one. */
function predecessorOf(
  manifest: Manifest,
  successors: ReadonlyMap<string, string>,
  olds: ReadonlyMap<string, Manifest>,
  news: ReadonlySet<string>,
): Manifest | undefined {
  const identity = identityOf(manifest);
  const predecessor = [...successors].find(([, successor]) => successor === identity)?.[0];
  return predecessor === undefined || news.has(predecessor) ? undefined : olds.get(predecessor);
}

/**
 * Which ConfigMap took the place of which in the volumes of a Deployment. Immutable ConfigMaps are named by their content:
 * to a reader, another name is a changed file.
 */
function configSuccessors(
  before: readonly Manifest[],
  after: readonly Manifest[],
): ReadonlyMap<string, string> {
  const olds = new Map(deploymentsOf(before).map((manifest) => [identityOf(manifest), manifest]));
  return new Map(
    deploymentsOf(after).flatMap((deployment) => {
      const old = olds.get(identityOf(deployment));
      const names = configMapsOf(deployment);
      return configMapsOf(old).flatMap(([volume, name]) => {
        const successor = names.find(([other]) => other === volume)?.[1];
        const identity = (configMap: string) =>
          identityOf({
            apiVersion: 'v1',
            kind: 'ConfigMap',
            namespace: deployment.namespace,
            name: configMap,
          });
        return successor === undefined || successor === name
          ? []
          : [[identity(name), identity(successor)] as const];
      });
    }),
  );
}

function deploymentsOf(manifests: readonly Manifest[]): readonly Manifest[] {
  return manifests.filter(isWorkload);
}

/** Volumes of a Deployment with the names of their ConfigMaps. */
function configMapsOf(
  deployment: Manifest | undefined,
): readonly (readonly [volume: string, name: string])[] {
  return listOf(at(deployment?.body, ['spec', 'template', 'spec', 'volumes'])).flatMap((volume) => {
    const name = textOf(at(volume, ['configMap', 'name']));
    return name === undefined ? [] : [[textOf(fieldsOf(volume).name) ?? '', name] as const];
  });
}
