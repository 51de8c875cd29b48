import { fieldsOf, listOf, textOf } from '../../values/record';

/** One right: a verb on a resource of a group, on named objects alone or on all; or on a path of the API server. */
interface RightTuple {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** Undefined for every object. */
  readonly name: string | undefined;
}

/** A path of the API server stands where a resource does, in a group that no resource has. */
const PATHS = '(path)';

/** Every right of the rules of a role. */
export function tuplesOf({ rules }: { readonly rules?: unknown }): readonly RightTuple[] {
  const texts = (value: unknown) => listOf(value).flatMap((one) => textOf(one) ?? []);
  return listOf(rules)
    .map(fieldsOf)
    .flatMap(({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }) => {
      const names: readonly (string | undefined)[] = texts(resourceNames);
      const targets = [
        ...texts(apiGroups).flatMap((group) => texts(resources).map((resource) => ({ group, resource }))),
        ...texts(nonResourceURLs).map((resource) => ({ group: PATHS, resource })),
      ];
      return texts(verbs).flatMap((verb) =>
        targets.flatMap((target) =>
          (names.length > 0 ? names : [undefined]).map((name) => ({ verb, ...target, name })),
        ),
      );
    });
}

/** Rights that are not among others, in words, those by which one gets more rights first: `create, get pods`. */
export function rightsBeyond(rights: readonly RightTuple[], known: readonly RightTuple[]): readonly string[] {
  const verbs = new Map<string, { tuple: RightTuple; verbs: Set<string> }>();
  for (const tuple of rights.filter((right) => !known.some((one) => covers(one, right)))) {
    const key = JSON.stringify([tuple.group, tuple.resource, tuple.name]);
    const entry = verbs.get(key) ?? { tuple, verbs: new Set() };
    entry.verbs.add(tuple.verb);
    verbs.set(key, entry);
  }
  const all = [...verbs.values()];
  const isGrave = (entry: (typeof all)[number]) =>
    GRAVE.test(`${[...entry.verbs].join(' ')} ${entry.tuple.resource}`);
  return [...all.filter(isGrave), ...all.filter((entry) => !isGrave(entry))].map(formatRights);
}

/** Rights of a role that are not among its later ones, for example `delete pods`; those on named objects alone with the name. */
export function rightsLost(before: readonly RightTuple[], after: readonly RightTuple[]): readonly string[] {
  const lost = before.filter((right) => !after.some((one) => covers(one, right)));
  return [
    ...new Set(
      lost.map(
        ({ verb, resource, name }) => `${verb} ${resource}${name === undefined ? '' : ` named ${name}`}`,
      ),
    ),
  ];
}

/** Rights that lead to those of others. */
const GRAVE =
  /\*|escalate|bind|impersonate|secrets|serviceaccounts\/token|nodes|roles|webhook|pods\/ephemeral/;

function covers(wide: RightTuple, narrow: RightTuple): boolean {
  const [, subresource] = narrow.resource.split('/');
  const resources = ['*', narrow.resource, ...(subresource === undefined ? [] : [`*/${subresource}`])];
  const isPath = narrow.group === PATHS;
  return (
    [narrow.verb, '*'].includes(wide.verb) &&
    (wide.group === narrow.group || (wide.group === '*' && !isPath)) &&
    resources.includes(wide.resource) &&
    (wide.name === undefined || wide.name === narrow.name)
  );
}

function formatRights({ tuple, verbs }: { tuple: RightTuple; verbs: ReadonlySet<string> }): string {
  const { group, resource, name } = tuple;
  const of = group === '' || group === PATHS ? '' : ` of ${group === '*' ? 'every API group' : group}`;
  const what = resource === '*' ? 'everything' : resource;
  const action = verbs.has('*') ? 'do everything with' : [...verbs].join(', ');
  return `${action} ${what}${of}${name === undefined ? '' : ` named ${name}`}`;
}
