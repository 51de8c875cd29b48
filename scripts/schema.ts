/**
 * Rebuilds `checks/schema.json`: the fields of the kinds that are rendered, as an API server publishes them, and those of
 * kinds that it was not taught as `imports/` has them.
 *
 *     npm run schema
 *
 * Starts the real programs, see docs/engines.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { FieldType, SchemaFile } from '../checks/schema';
import { startCluster } from '../engines/cluster';
import { KubeClient } from '../engines/kube-client';

const FILE = 'checks/schema.json';

/** Kinds of an API server, by group and version; the rest of the name is looked up. */
const SERVED: readonly string[] = [
  'v1/ConfigMap',
  'v1/Namespace',
  'v1/Secret',
  'v1/ServiceAccount',
  'apps/v1/Deployment',
  'networking.k8s.io/v1/NetworkPolicy',
  'policy/v1/PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1/ClusterRole',
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding',
  'rbac.authorization.k8s.io/v1/Role',
  'rbac.authorization.k8s.io/v1/RoleBinding',
  'scheduling.k8s.io/v1/PriorityClass',
  'karpenter.sh/v1/NodePool',
  'karpenter.sh/v1alpha1/NodeOverlay',
  'karpenter.k8s.aws/v1/EC2NodeClass',
  'bitnami.com/v1alpha1/SealedSecret',
];

/** A kind that no engine here serves. */
const IMPORTED = { kind: 'external-secrets.io/v1/ExternalSecret', file: 'imports/external-secrets.io.ts' };

/** What of an OpenAPI document of version 2 is read. */
export interface OpenApi {
  readonly info: { readonly version: string };
  readonly definitions: Readonly<Record<string, OpenApiSchema>>;
}

interface OpenApiSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly items?: OpenApiSchema;
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly additionalProperties?: OpenApiSchema | boolean;
  readonly required?: readonly string[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[];
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

type Types = Record<string, Record<string, FieldType>>;
type Fields = Pick<SchemaFile, 'kinds' | 'types'>;

/** The fields of kinds, as an API server publishes them. */
export function servedFields({ definitions }: OpenApi, of: readonly string[] = SERVED): Fields {
  const types: Types = {};
  const kinds = of.map((kind) => {
    const found = Object.entries(definitions).find(([, schema]) =>
      schema['x-kubernetes-group-version-kind']?.some((one) => nameOf(one) === kind),
    );
    if (found === undefined) throw new Error(`The API server has no ${kind}`);
    return [kind, referenceType(found[0], definitions, types)] as const;
  });
  return { kinds: Object.fromEntries(kinds), types: sorted(types) };
}

/** The fields of a kind in what `cdk8s import` writes: its functions that make JSON name them as YAML does. */
export function importedFields(source: string, kind: string): Fields {
  const own = kind.split('/').at(-1) as string;
  const functions = new Map(
    [
      ...source.matchAll(/^export function toJson_(\w+)\([\s\S]*?const result = \{\n([\s\S]*?)\n {2}\};/gm),
    ].map(([, type, lines]) => [type, lines]),
  );
  const types: Types = {};
  const visit = (type: string): void => {
    if (types[type]) return;
    const lines = functions.get(type);
    if (lines === undefined) throw new Error(`imports have no fields of ${type}`);
    types[type] = Object.fromEntries(
      [...lines.matchAll(/^ {4}'([^']+)': (.*),$/gm)].map(([, field, made]) => [field, importedType(made)]),
    );
    for (const [, next] of lines.matchAll(/toJson_(\w+)\(/g)) visit(next);
  };
  visit(`${own}Spec`);
  types[own] = {
    apiVersion: 'string',
    kind: 'string',
    metadata: 'ObjectMeta',
    'spec!': `${own}Spec`,
    status: 'any',
  };
  return { kinds: { [kind]: own }, types: sorted(types) };
}

function importedType(made: string): FieldType {
  const type = /toJson_(\w+)\(/.exec(made)?.[1] ?? 'any';
  if (made.includes('?.map(')) return `[${type}]`;
  return made.includes('Object.entries(') ? `{${type}}` : type;
}

function nameOf({ group, version, kind }: GroupVersionKind): string {
  return [group, version, kind].filter((part) => part !== '').join('/');
}

const ANYTHING = ['Quantity', 'IntOrString', 'FieldsV1', 'RawExtension', 'JSON'];

function referenceType(name: string, definitions: OpenApi['definitions'], types: Types): FieldType {
  // Names of other groups may end alike; none of those that are reached does, and a test holds the file against the server.
  const short = name.split('.').at(-1) as string;
  if (ANYTHING.includes(short)) return 'any';
  return typeOf(definitions[name], short, definitions, types);
}

/** @param name what an object with fields of its own is called; by its place within the one that it is in */
function typeOf(
  schema: OpenApiSchema,
  name: string,
  definitions: OpenApi['definitions'],
  types: Types,
): FieldType {
  if (schema.$ref) return referenceType(schema.$ref.replace('#/definitions/', ''), definitions, types);
  if (schema['x-kubernetes-int-or-string'] || schema.format === 'int-or-string') return 'any';
  if (schema['x-kubernetes-preserve-unknown-fields'] && !schema.additionalProperties) return 'any';
  if (schema.items) return `[${typeOf(schema.items, name, definitions, types)}]`;
  if (schema.properties) {
    types[name] ??= objectFields(schema, name, definitions, types);
    return name;
  }
  if (typeof schema.additionalProperties === 'object')
    return `{${typeOf(schema.additionalProperties, name, definitions, types)}}`;
  const scalar = ['string', 'integer', 'number', 'boolean'].includes(schema.type ?? '');
  return scalar ? (schema.type as FieldType) : 'any';
}

function objectFields(
  { properties = {}, required = [] }: OpenApiSchema,
  name: string,
  definitions: OpenApi['definitions'],
  types: Types,
): Record<string, FieldType> {
  // A type may hold itself: its name stands for it from here on.
  types[name] = {};
  const fields = Object.entries(properties).map(([field, schema]) => {
    const type = field === 'status' ? 'any' : typeOf(schema, `${name}.${field}`, definitions, types);
    return [required.includes(field) ? `${field}!` : field, type] as const;
  });
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sorted(types: Types): Types {
  return Object.fromEntries(Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The whole file: what is served, and what is imported. */
export function schemaFile(document: OpenApi, imported: string): SchemaFile {
  const [served, other] = [servedFields(document), importedFields(imported, IMPORTED.kind)];
  return {
    source: `OpenAPI of Kubernetes ${document.info.version} with the CRDs of its engines; ${IMPORTED.file}`,
    kinds: { ...served.kinds, ...other.kinds },
    types: sorted({ ...other.types, ...served.types }),
  };
}

async function rebuild(): Promise<void> {
  const cluster = await startCluster('build/cluster/logs');
  try {
    const document = await new KubeClient(cluster.state.access).get('/openapi/v2');
    writeFileSync(FILE, `${print(schemaFile(document, readFileSync(IMPORTED.file, 'utf8')))}\n`);
  } finally {
    await cluster.stop();
  }
}

/** JSON with a line for each type, so that a release shows as the lines of what it changed. */
function print({ source, kinds, types }: SchemaFile): string {
  const lines = Object.entries(types).map(
    ([name, fields]) => `    ${JSON.stringify(name)}: ${JSON.stringify(fields)}`,
  );
  return `{\n  "source": ${JSON.stringify(source)},\n  "kinds": ${JSON.stringify(kinds, undefined, 4).replace(/}$/, '  }')},\n  "types": {\n${lines.join(',\n')}\n  }\n}`;
}

if (require.main === module) void rebuild();
