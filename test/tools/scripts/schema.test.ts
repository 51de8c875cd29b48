import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { SCHEMA as committed } from '../../../lib/shape/kinds';
import type { PlainShape, Shape } from '../../../lib/shape/shape';
import {
  documentPath,
  importedFields,
  type OpenApi,
  printSchema,
  servedFields,
} from '../../../tools/scripts/schema';

interface Definition {
  readonly spec: {
    readonly versions: readonly [
      { readonly schema: { readonly openAPIV3Schema: OpenApi['components']['schemas'][string] } },
    ];
  };
}

const DOCUMENT: OpenApi = {
  info: { version: '1.36' },
  components: {
    schemas: {
      'io.k8s.api.apps.v1.Deployment': {
        required: ['spec'],
        properties: {
          spec: { default: {}, allOf: [{ $ref: '#/components/schemas/io.k8s.api.apps.v1.DeploymentSpec' }] },
          status: { type: 'object' },
        },
        'x-kubernetes-group-version-kind': [{ group: 'apps', version: 'v1', kind: 'Deployment' }],
      },
      'io.k8s.api.apps.v1.DeploymentSpec': {
        properties: {
          replicas: { type: 'integer', format: 'int32' },
          surge: { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.util.intstr.IntOrString' },
          memory: { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity' },
          nested: { $ref: '#/components/schemas/io.k8s.api.apps.v1.DeploymentSpec' },
        },
      },
      'com.example.v1.Pool': {
        required: ['name', 'size'],
        properties: {
          name: { type: 'string' },
          size: { type: 'integer', default: 1, minimum: 1, maximum: 9 },
          mode: { type: 'string', enum: ['a', 'b'], nullable: true },
          share: { 'x-kubernetes-int-or-string': true, pattern: '^a$' },
          hosts: { type: 'array', maxItems: 3, items: { properties: { ip: { type: 'string' } } } },
          tags: { type: 'object', maxProperties: 2, additionalProperties: { type: 'string', maxLength: 5 } },
          days: { type: 'array', minItems: 1, 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
          count: { type: 'integer', format: 'int32' },
          since: { type: 'string', format: 'date-time' },
          key: { type: 'string', minLength: 1, format: 'password' },
          free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          half: { properties: {}, 'x-kubernetes-preserve-unknown-fields': true },
        },
        'x-kubernetes-group-version-kind': [{ group: 'apps', version: 'v1', kind: 'Pool' }],
      },
    },
  },
};

test('fields are read off an OpenAPI document; what kinds of Kubernetes require is left to its code', () => {
  expect(servedFields({ 'apps/v1': DOCUMENT }, ['apps/v1/Deployment'])).toEqual({
    kinds: { 'apps/v1/Deployment': 'Deployment' },
    types: {
      Deployment: { table: { spec: 'DeploymentSpec', status: 'any' } },
      DeploymentSpec: {
        table: {
          memory: 'quantity',
          nested: 'DeploymentSpec',
          replicas: 'integer',
          surge: 'int-or-string',
        },
      },
    },
  });
});

test('custom resources have lists, tables, bounds, and what is required and has no default', () => {
  expect(servedFields({ 'apps/v1': DOCUMENT }, ['apps/v1/Pool']).types).toEqual({
    Pool: {
      table: {
        free: 'any',
        half: 'Pool.half',
        hosts: { list: 'Pool.hosts', maxItems: 3 },
        days: { list: 'string', minItems: 1, unique: true },
        count: { is: 'integer', format: 'int32' },
        since: { is: 'string', format: 'date-time' },
        key: { is: 'string', minLength: 1 },
        mode: { is: 'string', enum: ['a', 'b'], nullable: true },
        name: 'string',
        share: { is: 'int-or-string', pattern: '^a$' },
        size: { is: 'integer', minimum: 1, maximum: 9 },
        tags: { map: { is: 'string', maxLength: 5 }, maxEntries: 2 },
      },
      required: ['name'],
    },
    'Pool.half': { table: {}, open: true },
    'Pool.hosts': { table: { ip: 'string' } },
  });
});

test('a kind that the server lacks is said', () => {
  expect(() => servedFields({ v1: DOCUMENT }, ['v1/ConfigMap'])).toThrow(
    'The API server has no v1/ConfigMap',
  );
});

test('documents are asked for where an API server has them', () => {
  expect(['v1/Secret', 'apps/v1/Deployment'].map(documentPath)).toEqual([
    '/openapi/v3/api/v1',
    '/openapi/v3/apis/apps/v1',
  ]);
});

test('the committed fields of an ExternalSecret are those of imports/', () => {
  const source = readFileSync('imports/external-secrets.io.ts', 'utf8');
  const { kinds, types } = importedFields(source, 'external-secrets.io/v1/ExternalSecret');
  expect(committed.kinds).toMatchObject(kinds);
  expect(committed.types).toMatchObject(types);
  expect(types).toMatchObject({
    ExternalSecretSpec: { table: { data: { list: 'ExternalSecretSpecData' }, refreshInterval: 'string' } },
    ExternalSecretSpecData: {
      table: { secretKey: 'string', remoteRef: 'ExternalSecretSpecDataRemoteRef' },
      required: expect.arrayContaining(['secretKey', 'remoteRef']),
    },
  });
});

describe('the NodeClass of EKS Auto Mode, whose definition is written here', () => {
  const kind = 'eks.amazonaws.com/v1/NodeClass';
  const definition = load(
    readFileSync('tools/engines/crds/eks.amazonaws.com_nodeclasses.yaml', 'utf8'),
  ) as Definition;
  const [{ schema }] = definition.spec.versions;
  const served = servedFields(
    {
      'eks.amazonaws.com/v1': {
        info: { version: 'v1' },
        components: {
          schemas: {
            'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta': { properties: {} },
            'com.amazonaws.eks.v1.NodeClass': {
              ...schema.openAPIV3Schema,
              properties: {
                ...schema.openAPIV3Schema.properties,
                metadata: { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' },
              },
              'x-kubernetes-group-version-kind': [
                { group: 'eks.amazonaws.com', version: 'v1', kind: 'NodeClass' },
              ],
            },
          },
        },
      },
    },
    [kind],
  );

  test('has the committed fields that its definition has (npm run schema writes them anew)', () => {
    expect(committed.kinds).toMatchObject(served.kinds);
    expect(committed.types).toMatchObject(served.types);
  });

  test('may have fields that AWS has added since, but no field beside its spec', () => {
    const closed = Object.keys(served.types).filter((name) => !served.types[name].open);
    expect(closed).toEqual(['NodeClass', 'ObjectMeta']);
  });

  test('has the fields in imports/ that its definition has (npm run import writes them anew)', () => {
    const { types } = importedFields(readFileSync('imports/eks.amazonaws.com.ts', 'utf8'), kind);
    const fieldsOf = (all: typeof types) => Object.values(all).flatMap(({ table }) => Object.keys(table));
    expect(fieldsOf(types).sort()).toEqual(fieldsOf(served.types).sort());
  });
});

test('the committed file is printed as a new one would be, so that a release shows as its changes alone', () => {
  const text = readFileSync('lib/shape/kinds.json', 'utf8');
  expect(text).toBe(printSchema(JSON.parse(text)));
});

/** What is in a field, however deep: names of types and scalars, and patterns. */
function leaves(shape: Shape): readonly (string | PlainShape)[] {
  if (typeof shape === 'string' || 'is' in shape) return [shape];
  if ('table' in shape) return Object.values(shape.table).flatMap(leaves);
  if ('either' in shape) return shape.either.flatMap(leaves);
  return leaves('list' in shape ? shape.list : shape.map);
}

test('every type that a committed field names is there, and every pattern is one', () => {
  const { kinds, types } = committed;
  const found = [...Object.values(kinds), ...Object.values(types).flatMap(leaves)];
  const names = found.flatMap((leaf) => (typeof leaf === 'string' ? [leaf] : [leaf.is]));
  const scalars = ['any', 'string', 'integer', 'number', 'boolean', 'quantity', 'int-or-string'];
  expect(names.filter((name) => !scalars.includes(name) && !Object.hasOwn(types, name))).toEqual([]);
  const patterns = found.flatMap((leaf) => (typeof leaf === 'object' && leaf.pattern ? [leaf.pattern] : []));
  expect(patterns.length).toBeGreaterThan(20);
  for (const pattern of patterns) expect(() => new RegExp(pattern)).not.toThrow();
});
