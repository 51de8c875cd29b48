import { readFileSync } from 'node:fs';
import committed from '../../checks/schema.json';
import { importedFields, type OpenApi, servedFields } from '../../scripts/schema';

const DOCUMENT: OpenApi = {
  info: { version: '1.36' },
  definitions: {
    'io.k8s.api.apps.v1.Deployment': {
      properties: {
        spec: { $ref: '#/definitions/io.k8s.api.apps.v1.DeploymentSpec' },
        status: { type: 'object' },
      },
      'x-kubernetes-group-version-kind': [{ group: 'apps', version: 'v1', kind: 'Deployment' }],
    },
    'io.k8s.api.apps.v1.DeploymentSpec': {
      required: ['selector'],
      properties: {
        replicas: { type: 'integer', format: 'int32' },
        selector: { type: 'object', additionalProperties: { type: 'string' } },
        surge: { $ref: '#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString' },
        share: { 'x-kubernetes-int-or-string': true },
        hosts: { type: 'array', items: { properties: { ip: { type: 'string' } } } },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        nested: { $ref: '#/definitions/io.k8s.api.apps.v1.DeploymentSpec' },
      },
    },
    'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: 'string', format: 'int-or-string' },
  },
};

test('fields are read off an OpenAPI document: lists, tables, what is required, and types that hold themselves', () => {
  expect(servedFields(DOCUMENT, ['apps/v1/Deployment'])).toEqual({
    kinds: { 'apps/v1/Deployment': 'Deployment' },
    types: {
      Deployment: { spec: 'DeploymentSpec', status: 'any' },
      DeploymentSpec: {
        free: 'any',
        hosts: '[DeploymentSpec.hosts]',
        nested: 'DeploymentSpec',
        replicas: 'integer',
        'selector!': '{string}',
        share: 'any',
        surge: 'any',
      },
      'DeploymentSpec.hosts': { ip: 'string' },
    },
  });
});

test('a kind that the server lacks is said', () => {
  expect(() => servedFields(DOCUMENT, ['v1/ConfigMap'])).toThrow('The API server has no v1/ConfigMap');
});

test('the committed fields of an ExternalSecret are those of imports/', () => {
  const source = readFileSync('imports/external-secrets.io.ts', 'utf8');
  const { kinds, types } = importedFields(source, 'external-secrets.io/v1/ExternalSecret');
  expect(committed.kinds).toMatchObject(kinds);
  expect(committed.types).toMatchObject(types);
  expect(types.ExternalSecretSpec).toMatchObject({
    data: '[ExternalSecretSpecData]',
    refreshInterval: 'any',
  });
});

test('every type that a committed field names is there', () => {
  const types: Record<string, Record<string, string>> = committed.types;
  const named = [
    ...Object.values(committed.kinds),
    ...Object.values(types).flatMap((fields) => Object.values(fields)),
  ];
  const scalars = ['any', 'string', 'integer', 'number', 'boolean'];
  const unknown = named
    .map((type) => type.replace(/[[\]{}]/g, ''))
    .filter((type) => !scalars.includes(type) && !Object.hasOwn(types, type));
  expect(unknown).toEqual([]);
});
