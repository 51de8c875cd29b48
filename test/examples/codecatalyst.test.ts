import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { formatPath } from '../../lib/values/field-path';
import { type Fields, fieldsOf, listOf, textOf } from '../../lib/values/record';

type Shape = readonly [Shape] | { readonly [field: string]: Shape } | RegExp;

const NAME = /^[A-Za-z0-9][\w-]*$/;
const VARIABLE: Shape = { Name: /^[A-Za-z_]\w*$/, Value: /./ };

/** What an action of type aws/build@v1 may have. @see AWS CodeCatalyst user guide, workflow YAML definition, November 2026 */
const ACTION: Shape = {
  Identifier: /^aws\/build@v1$/,
  DependsOn: [NAME],
  Compute: { Type: /^(EC2|Lambda)$/, Fleet: /^Linux\.(x86-64|Arm64)\.(Large|XLarge|2XLarge)$/ },
  Timeout: /^\d+$/,
  Environment: { Name: NAME, Connections: [{ Name: NAME, Role: NAME }] },
  Caching: { FileCaching: {} },
  Inputs: { Sources: [/^WorkflowSource$/], Artifacts: [NAME], Variables: [VARIABLE] },
  Outputs: { Artifacts: [{ Name: NAME, Files: [/./] }], Variables: [NAME] },
  Configuration: { Container: { Registry: NAME, Image: /:[\w.-]+$/ }, Steps: [{ Run: /./ }] },
};
const WORKFLOW: Shape = {
  Name: NAME,
  SchemaVersion: /^1\.0$/,
  Triggers: [{ Type: /^PUSH$/, Branches: [/./] }],
};

/** Where a value is not as documented. */
function faults(value: unknown, shape: Shape, path: (string | number)[] = []): string[] {
  if (shape instanceof RegExp) return shape.test(textOf(value) ?? '') ? [] : [formatPath(path)];
  if (Array.isArray(shape))
    return Array.isArray(value)
      ? value.flatMap((item, index) => faults(item, shape[0], [...path, index]))
      : [formatPath(path)];
  const fields = shape as { readonly [field: string]: Shape };
  return Object.entries(fieldsOf(value)).flatMap(([key, item]) =>
    Object.hasOwn(fields, key) ? faults(item, fields[key], [...path, key]) : [formatPath([...path, key])],
  );
}

const workflow = fieldsOf(load(readFileSync('examples/multi-arch-image/codecatalyst.yaml', 'utf8')));
const actions = fieldsOf(workflow.Actions) as Readonly<Record<string, Fields>>;

test('the workflow for CodeCatalyst has documented fields only, with documented values', () => {
  const { Actions: _, ...whole } = workflow;
  expect(faults(whole, WORKFLOW)).toEqual([]);
  expect(Object.entries(actions).flatMap(([name, action]) => faults(action, ACTION, [name]))).toEqual([]);
  for (const action of Object.values(actions)) {
    expect(Object.keys(action)).toEqual(
      expect.arrayContaining(['Identifier', 'Compute', 'Inputs', 'Configuration']),
    );
    expect(fieldsOf(action.Configuration)).toHaveProperty('Steps');
  }
});

test('the workflow for CodeCatalyst builds each architecture on its own machines, and joins both afterwards', () => {
  const builds = Object.entries(actions).filter(([, { DependsOn }]) => DependsOn === undefined);
  const archOf = ({ Inputs }: Fields) =>
    listOf(fieldsOf(Inputs).Variables)
      .map(fieldsOf)
      .find(({ Name }) => Name === 'ARCH')?.Value;
  expect(
    Object.fromEntries(builds.map(([, action]) => [archOf(action), fieldsOf(action.Compute).Fleet])),
  ).toEqual({ amd64: 'Linux.x86-64.Large', arm64: 'Linux.Arm64.Large' });
  const [[, index], ...others] = Object.entries(actions).filter(([, { DependsOn }]) => DependsOn);
  expect(others).toEqual([]);
  expect(listOf(index.DependsOn)).toEqual(builds.map(([name]) => name));
});
