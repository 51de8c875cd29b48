/**
 * Rebuilds `lib/shape/kinds.json`: the fields of the kinds that are rendered, as an API server publishes them, and those of
 * kinds that it was not taught as `imports/` has them.
 *
 *     npm run schema
 *
 * Starts the real programs, see docs/engines.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { SchemaFile } from '../../lib/shape/kinds';
import type { Shape, TableShape } from '../../lib/shape/shape';
import { startCluster } from '../engines/cluster';
import { KubeClient } from '../engines/kube-client';
import { printTypes } from './options-shape';

const FILE = 'lib/shape/kinds.json';

/** Kinds of an API server, by group and version; the rest of the name is looked up. */
const SERVED: readonly string[] = [
  'v1/ConfigMap',
  'v1/LimitRange',
  'v1/Namespace',
  'v1/PersistentVolumeClaim',
  'v1/ResourceQuota',
  'v1/Secret',
  'v1/Service',
  'v1/ServiceAccount',
  'apps/v1/Deployment',
  'batch/v1/CronJob',
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
  'eks.amazonaws.com/v1/NodeClass',
  'monitoring.coreos.com/v1/PodMonitor',
  'monitoring.coreos.com/v1/PrometheusRule',
];

/** A kind that only its users' guide describes: what its maker has added since is not known to be wrong. */
const UNPUBLISHED = 'eks.amazonaws.com/v1/NodeClass';

/** A kind that no engine here serves. */
const IMPORTED = { kind: 'external-secrets.io/v1/ExternalSecret', file: 'imports/external-secrets.io.ts' };

/** What of an OpenAPI document of version 3 is read. */
export interface OpenApi {
  readonly info: { readonly version: string };
  readonly components: { readonly schemas: Readonly<Record<string, OpenApiSchema>> };
}

interface OpenApiSchema {
  readonly $ref?: string;
  readonly allOf?: readonly OpenApiSchema[];
  readonly type?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly 'x-kubernetes-list-type'?: string;
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

type Types = Record<string, TableShape>;
type Fields = Pick<SchemaFile, 'kinds' | 'types'>;

/** Documents of an API server by group and version, `apps/v1`. */
export type Documents = Readonly<Record<string, OpenApi>>;

/** Where an API server publishes the document of a kind's group. */
export function documentPath(kind: string): string {
  const groupVersion = groupVersionOf(kind);
  return `/openapi/v3/${groupVersion.includes('/') ? 'apis' : 'api'}/${groupVersion}`;
}

function groupVersionOf(kind: string): string {
  return kind.split('/').slice(0, -1).join('/');
}

/** The fields of kinds, as an API server publishes them. */
export function servedFields(documents: Documents, of: readonly string[] = SERVED): Fields {
  const types: Types = {};
  const kinds = of.map((kind) => {
    const { schemas } = documents[groupVersionOf(kind)].components;
    const found = Object.entries(schemas).find(([, schema]) =>
      schema['x-kubernetes-group-version-kind']?.some((one) => nameOf(one) === kind),
    );
    if (found === undefined) throw new Error(`The API server has no ${kind}`);
    return [kind, referenceSchema(found[0], schemas, types) as string] as const;
  });
  const guessed = kinds.find(([kind]) => kind === UNPUBLISHED)?.[1];
  for (const name of Object.keys(types).filter((type) => type.startsWith(`${guessed}.`)))
    types[name] = { ...types[name], open: true };
  return { kinds: Object.fromEntries(kinds), types: sorted(types) };
}

function nameOf({ group, version, kind }: GroupVersionKind): string {
  return [group, version, kind].filter((part) => part !== '').join('/');
}

type Schemas = OpenApi['components']['schemas'];

/** @param full as `io.k8s.api.apps.v1.DeploymentSpec`, of which the end is the name of the type */
function referenceSchema(full: string, schemas: Schemas, types: Types): Shape {
  const name = full.split('.').at(-1) as string;
  if (name === 'Quantity') return 'quantity';
  if (name === 'IntOrString') return 'int-or-string';
  // What the kinds of an API server ask for is judged by its code: "required" only says that a field is always written.
  return fieldSchema(schemas[full], name, schemas, types, !full.startsWith('io.k8s.'));
}

/** @param name what an object with fields of its own is called: by its place within the one that it is in */
function fieldSchema(
  schema: OpenApiSchema,
  name: string,
  schemas: Schemas,
  types: Types,
  isCustom: boolean,
): Shape {
  const $ref = schema.$ref ?? schema.allOf?.[0].$ref;
  if ($ref) return referenceSchema($ref.replace('#/components/schemas/', ''), schemas, types);
  if (schema['x-kubernetes-int-or-string']) return scalar('int-or-string', schema, isCustom);
  if (schema.items)
    return {
      list: fieldSchema(schema.items, name, schemas, types, isCustom),
      ...(isCustom ? listBounds(schema) : {}),
    };
  if (schema.properties) {
    types[name] ??= objectFields(schema, name, schemas, types, isCustom);
    return name;
  }
  if (typeof schema.additionalProperties === 'object')
    return {
      map: fieldSchema(schema.additionalProperties, name, schemas, types, isCustom),
      ...(schema.maxProperties !== undefined && { maxEntries: schema.maxProperties }),
    };
  if (schema['x-kubernetes-preserve-unknown-fields']) return 'any';
  const isScalar = ['string', 'integer', 'number', 'boolean'].includes(schema.type ?? '');
  return isScalar ? scalar(schema.type as string, schema, isCustom) : 'any';
}

function listBounds({ minItems, maxItems, ...schema }: OpenApiSchema) {
  return {
    ...(minItems !== undefined && { minItems }),
    ...(maxItems !== undefined && { maxItems }),
    ...(schema['x-kubernetes-list-type'] === 'set' && { unique: true }),
  };
}

/** Formats that are enforced for custom resources; those of other kinds are judged by code. */
const FORMATS: readonly string[] = ['int32', 'byte', 'date-time'];

function scalar(is: string, schema: OpenApiSchema, isCustom: boolean): Shape {
  const { enum: allowed, pattern, minimum, maximum, minLength, maxLength, format = '' } = schema;
  const bounds = {
    ...(allowed && { enum: allowed }),
    ...(pattern && { pattern: patternOf(pattern) }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
    ...(isCustom && FORMATS.includes(format) && { format }),
  };
  return Object.keys(bounds).length === 0 ? is : { is, ...bounds };
}

function objectFields(
  schema: OpenApiSchema,
  name: string,
  schemas: Schemas,
  types: Types,
  isCustom: boolean,
): TableShape {
  // A type may hold itself: its name stands for it from here on.
  types[name] = { table: {} };
  const properties = Object.entries(schema.properties ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const required = properties
    .filter(([field, of]) => isCustom && schema.required?.includes(field) && of.default === undefined)
    .map(([field]) => field);
  const fields = properties.map(([field, of]) => {
    const inner = field === 'status' ? 'any' : fieldSchema(of, `${name}.${field}`, schemas, types, isCustom);
    return [field, of.nullable && !required.includes(field) ? nullable(inner) : inner] as const;
  });
  return {
    table: Object.fromEntries(fields),
    ...(required.length > 0 && { required }),
    ...(schema['x-kubernetes-preserve-unknown-fields'] && { open: true }),
  };
}

function nullable(shape: Shape): Shape {
  return { ...(typeof shape === 'string' ? { is: shape } : shape), nullable: true };
}

/**
 * The fields of a kind in what `cdk8s import` writes: its functions that make JSON name them as YAML does, its interfaces
 * have the types.
 */
export function importedFields(source: string, kind: string): Fields {
  const own = kind.split('/').at(-1) as string;
  const functions = blocks(
    source,
    /^export function toJson_(\w+)\([\s\S]*?const result = \{\n([\s\S]*?)\n {2}\};/gm,
  );
  const interfaces = blocks(source, /^export interface (\w+) \{\n([\s\S]*?)^\}/gm);
  const types: Types = {};
  const visit = (type: string): void => {
    if (types[type]) return;
    const lines = functions.get(type);
    if (lines === undefined) throw new Error(`${kind}: nothing makes JSON of ${type}`);
    const properties = blocks(interfaces.get(type) ?? '', /^ {2}readonly (\w+\??): (.*);$/gm);
    const fields = [...lines.matchAll(/^ {4}'([^']+)': (.*),$/gm)].map(([, field, made]) => {
      const property = /obj\.(\w+)/.exec(made)?.[1] ?? field;
      const of = properties.get(property) ?? properties.get(`${property}?`) ?? 'any';
      return { field, isRequired: properties.has(property), shape: importedSchema(made, of) };
    });
    const required = fields.filter(({ isRequired }) => isRequired).map(({ field }) => field);
    types[type] = {
      table: Object.fromEntries(fields.map(({ field, shape }) => [field, shape])),
      ...(required.length > 0 && { required }),
    };
    for (const [, next] of lines.matchAll(/toJson_(\w+)\(/g)) visit(next);
  };
  visit(`${own}Spec`);
  types[own] = {
    table: {
      apiVersion: 'string',
      kind: 'string',
      metadata: 'ObjectMeta',
      spec: `${own}Spec`,
      status: 'any',
    },
    required: ['spec'],
  };
  return { kinds: { [kind]: own }, types: sorted(types) };
}

/** A pattern of Go for JavaScript, which has no `(?i)` for letters of either case. @throws Error for one that needs more than that */
function patternOf(pattern: string): string {
  const [before, after] = pattern.split('(?i)');
  if (after === undefined) return pattern;
  if (/[\\[]/.test(after)) throw new Error(`The pattern ${pattern} has classes of either case.`);
  return before + after.replace(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);
}

function blocks(source: string, pattern: RegExp): ReadonlyMap<string, string> {
  return new Map([...source.matchAll(pattern)].map(([, name, body]) => [name, body]));
}

/** @param of the type of the property, as `{ [key: string]: string }` */
function importedSchema(made: string, of: string): Shape {
  const plain = /\b(string|number|boolean)\b(\[\]|;? ?\}|)$/.exec(of)?.[1] ?? 'any';
  const type = /toJson_(\w+)\(/.exec(made)?.[1] ?? plain;
  if (made.includes('?.map(')) return { list: type };
  return made.includes('Object.entries(') ? { map: type } : type;
}

function sorted(types: Types): Types {
  return Object.fromEntries(Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The whole file: what is served, and what is imported. */
export async function schemaFile(api: KubeClient): Promise<SchemaFile> {
  const documents: Record<string, OpenApi> = {};
  for (const kind of SERVED) documents[groupVersionOf(kind)] ??= await api.get(documentPath(kind));
  const [served, other] = [
    servedFields(documents),
    importedFields(readFileSync(IMPORTED.file, 'utf8'), IMPORTED.kind),
  ];
  return {
    source: `OpenAPI of Kubernetes ${documents.v1.info.version} and the CRDs of its engines; ${IMPORTED.file}`,
    kinds: { ...served.kinds, ...other.kinds },
    types: sorted({ ...other.types, ...served.types }),
  };
}

async function rebuild(): Promise<void> {
  const cluster = await startCluster('build/cluster/logs', { argo: false });
  try {
    writeFileSync(FILE, printSchema(await schemaFile(new KubeClient(cluster.state.access))));
  } finally {
    await cluster.stop();
  }
}

/** JSON with a line for each type. */
export function printSchema({ source, kinds, types }: SchemaFile): string {
  return `{\n  "source": ${JSON.stringify(source)},\n  "kinds": ${JSON.stringify(kinds, undefined, 4).replace(/}$/, '  }')},\n  "types": ${printTypes(types, '  ')}\n}\n`;
}

if (require.main === module) void rebuild();
