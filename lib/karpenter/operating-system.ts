/**
 * Instance types as nodes of an AMI family: the catalogue holds them as Linux.
 * Source: aws/karpenter-provider-aws v1.14.1 pkg/providers/instancetype/types.go (getOS) and pkg/apis/v1/labels.go.
 */
import { familyName } from './ami-family';
import { type InstanceType, instanceTypes } from './instance-types';
import { OS_LABEL, WINDOWS_BUILD_LABEL } from './labels';
import type { NodeClassCapacity } from './node-class';

/** Builds by the family that brings them. */
const WINDOWS_BUILDS: Readonly<Record<string, string>> = {
  Windows2019: '10.0.17763',
  Windows2022: '10.0.20348',
  Windows2025: '10.0.26100',
};

const remembered = new Map<string, readonly InstanceType[]>();

/** The instance types with the labels that nodes of a class have; the same list every time for one family. */
export function typesOfClass(nodeClass: NodeClassCapacity): readonly InstanceType[] {
  const build = WINDOWS_BUILDS[familyName(nodeClass)];
  if (build === undefined) return instanceTypes();
  const found = remembered.get(build) ?? windowsTypes(build);
  remembered.set(build, found);
  return found;
}

/** Windows runs on amd64 alone. Prices stay those of Linux, by which Karpenter chooses too; the licence comes on top. */
function windowsTypes(build: string): readonly InstanceType[] {
  return instanceTypes()
    .filter(({ arch }) => arch === 'amd64')
    .map((type) => ({
      ...type,
      labels: { ...type.labels, [OS_LABEL]: 'windows', [WINDOWS_BUILD_LABEL]: build },
    }));
}
