import type { ApiObject } from 'cdk8s';
import { OWN_OBJECTS } from '../../charts/base-objects';
import { displayName } from '../cluster/manifest';
import type { Faults } from '../fleet/fault';
import type { ResolvedFleet } from '../fleet/resolved-fleet';
import { holdsPlainToken } from '../sealed-secrets/ciphertext';
import { fieldsOf, textOf } from '../values/record';
import type { OwnManifests } from './own-files';

/** A fleet as constructs. */
export interface BuiltFleet {
  readonly fleet: ResolvedFleet;
  /** Path of the construct that holds it. */
  readonly path: string;
  readonly own: OwnManifests;
  readonly objects: readonly BuiltObject[];
}

/** An object with what `toJson()` makes of it, which takes time. */
export interface BuiltObject {
  readonly construct: ApiObject;
  readonly body: unknown;
}

export function builtObject(construct: ApiObject): BuiltObject {
  return { construct, body: construct.toJson() };
}

/**
 * Reports objects of fleets' owners that a cluster would have twice, and those that hold a secret: what is rendered is
 * committed.
 */
export function checkOwnObjects(faults: Faults, fleets: readonly BuiltFleet[]): void {
  const rendered = new Map<string, string>();
  for (const built of fleets) {
    for (const object of built.objects.filter((one) => !isOwn(built, one)))
      rendered.set(identityOf(built, object), `fleet ${built.fleet.name} renders it`);
  }
  for (const built of fleets) {
    const place = faults.at(built.fleet.name);
    for (const object of built.objects.filter((one) => isOwn(built, one))) {
      const field = placeOf(built, object);
      checkSecrets(place, field, object);
      const first = rendered.get(identityOf(built, object));
      if (first === undefined) rendered.set(identityOf(built, object), `there is one in ${field}`);
      else addDuplicate(place, field, object, first);
    }
  }
}

function addDuplicate(faults: Faults, field: string, object: BuiltObject, first: string): void {
  const fix = first.startsWith('fleet')
    ? 'remove it here, and change what is rendered with patches'
    : 'remove one of them';
  faults.add(field, nameOf(object), `a cluster has one object of this name, and ${first}`, fix);
}

function checkSecrets(faults: Faults, field: string, object: BuiltObject): void {
  const body = fieldsOf(object.body);
  if (holdsPlainToken(JSON.stringify(body))) {
    const rule = 'it holds a token in plain, and what is rendered is committed';
    faults.add(
      field,
      nameOf(object),
      rule,
      'revoke the token in GitLab, and seal a new one; see docs/tokens.md',
    );
  } else if (
    object.construct.kind === 'Secret' &&
    (body.data !== undefined || body.stringData !== undefined)
  ) {
    const rule = 'base64 is not encryption: whoever can read the repository can read the Secret';
    faults.add(field, nameOf(object), rule, 'write a SealedSecret or an ExternalSecret');
  }
}

function isOwn({ path }: BuiltFleet, object: BuiltObject): boolean {
  return object.construct.node.path.startsWith(`${path}/base/${OWN_OBJECTS}/`);
}

/** Where the owner wrote it: a line of a file, or the construct that a function added. */
function placeOf({ path, own }: BuiltFleet, object: BuiltObject): string {
  const id = object.construct.node.path.slice(`${path}/base/${OWN_OBJECTS}/`.length);
  return own.places.get(id) ?? `manifests (construct ${id})`;
}

function nameOf(object: BuiltObject): string {
  const { namespace, name } = fieldsOf(fieldsOf(object.body).metadata);
  return displayName({ kind: object.construct.kind, namespace: textOf(namespace), name: textOf(name) ?? '' });
}

function identityOf({ fleet }: BuiltFleet, object: BuiltObject): string {
  return `${fleet.clusterName} ${object.construct.apiGroup} ${nameOf(object)}`;
}
