import { KubeError, type KubeObject } from '../../tools/engines/kube-client';
import { api } from './running-cluster';

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}
const RESOURCES = new Map<string, Promise<readonly Resource[]>>();

/** The collection that an object belongs to, as the server names it. */
async function collectionOf({ apiVersion, kind, metadata }: KubeObject): Promise<string> {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const found: Promise<readonly Resource[]> =
    RESOURCES.get(group) ?? api.get(group).then(({ resources }) => resources);
  RESOURCES.set(group, found);
  const resource = (await found).find((one) => one.kind === kind && !one.name.includes('/'));
  if (resource === undefined) throw new Error(`The API server has no ${apiVersion}/${kind}`);
  const scope = resource.namespaced ? `/namespaces/${metadata.namespace}` : '';
  return `${group}${scope}/${resource.name}`;
}

/**
 * What the API server objects to when an object is applied as Flux and Argo CD do it, unknown fields included; undefined where
 * it takes the object. Nothing is made, unless `isMade` says so.
 */
export async function refusalOf(object: KubeObject, isMade = false): Promise<string | undefined> {
  const query = `&fieldValidation=Strict${isMade ? '' : '&dryRun=All'}`;
  const place = `${await collectionOf(object)}/${object.metadata.name}`;
  return refusedWith(api.apply(place, object, 'kustomize-controller', query));
}

/** The words with which the API server refuses a request; undefined where it does not. */
export async function refusedWith(answer: Promise<unknown>): Promise<string | undefined> {
  try {
    await answer;
    return undefined;
  } catch (error) {
    if (error instanceof KubeError) return error.message;
    throw error;
  }
}
