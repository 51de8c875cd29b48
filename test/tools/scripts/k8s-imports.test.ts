import { readFileSync } from 'node:fs';
import { currentModule, extractModule, usedNames } from '../../../tools/scripts/k8s-imports';

test('imports/k8s.ts holds what charts use, as cdk8s-plus has it now (npm run import:k8s writes it anew)', () => {
  expect(readFileSync('imports/k8s.ts', 'utf8')).toBe(currentModule());
});

test('names are those that charts use of the module', () => {
  expect(usedNames(['k8s.KubeRole.manifest({}); let a: k8s.PodSpec; k8s.KubeRole', 'const k8s = 1'])).toEqual(
    ['KubeRole', 'PodSpec'],
  );
});

test('a kind brings the types that it is made of, and none that only its comments name', () => {
  const module = extractModule(CODE, DECLARATIONS, ['KubeThing']);
  expect(module).toContain("apiVersion: 'example.com/v1'");
  expect(module).toContain('export interface ThingSpec');
  expect(module).toContain(
    'export function toJson_KubeThingProps(obj: KubeThingProps | undefined): unknown {',
  );
  expect(module).not.toContain('interface Stranger');
});

const CODE = `
class KubeThing extends cdk8s_1.ApiObject {
}
KubeThing.GVK = {
    apiVersion: 'example.com/v1',
    kind: 'Thing',
};
function toJson_KubeThingProps(obj) {
    return { spec: obj.spec };
}
`;
const DECLARATIONS = `
export interface KubeThingProps {
    /** Not a Stranger. */
    readonly spec?: ThingSpec;
}
export declare function toJson_KubeThingProps(obj: KubeThingProps | undefined): unknown;
export interface ThingSpec {
    readonly size?: number;
}
export interface Stranger {
}
`;
