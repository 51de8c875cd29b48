import { FARGATE_LABELS } from '../contract';
import { type FargateSize, fargateSize } from '../karpenter/fargate-sizes';
import { matchesGlob } from '../values/glob';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import type { Manifest } from './manifest';
import type { Pod } from './pod';

/** A Fargate profile: pods of these namespaces and labels run on Fargate, whatever nodes there are. */
export interface FargateProfile {
  readonly name: string;
  readonly manifest: Manifest;
  readonly selectors: readonly {
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
  }[];
}

/** A pod on Fargate. */
export interface FargatePlacement {
  readonly profile: FargateProfile;
  /** Undefined where no machine is large enough. */
  readonly size: FargateSize | undefined;
  /** What Fargate can't do of what the pod asks for, each as half a sentence. */
  readonly refusals: readonly string[];
}

/** Whether labels are those by which pods of this project's runners are selected for Fargate. */
export function isMadeForFargate(labels: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(FARGATE_LABELS).every(([key, value]) => labels[key] === value);
}

/** The profiles among manifests: in a ClusterConfig of eksctl, or as a FargateProfile of the ACK controller. */
export function fargateProfilesOf(manifests: readonly Manifest[]): readonly FargateProfile[] {
  return manifests.flatMap((manifest) => {
    const { kind, apiVersion, body } = manifest;
    if (kind === 'ClusterConfig' && apiVersion.startsWith('eksctl.io/')) {
      return listOf(body.fargateProfiles).map((one) => profileOf(manifest, fieldsOf(one)));
    }
    const isAck = kind === 'FargateProfile' && apiVersion.startsWith('eks.services.k8s.aws/');
    return isAck ? [profileOf(manifest, fieldsOf(body.spec))] : [];
  });
}

function profileOf(manifest: Manifest, fields: Fields): FargateProfile {
  const selectors = listOf(fields.selectors).map((selector) => ({
    namespace: textOf(fieldsOf(selector).namespace) ?? '',
    labels: textsOf(fieldsOf(selector).labels),
  }));
  return { name: textOf(fields.name) ?? manifest.name, manifest, selectors };
}

/** The cluster in which the profiles of an object are made; undefined where nothing here says so. */
export function clusterOfProfiles({ kind, name, body }: Manifest): string | undefined {
  return kind === 'ClusterConfig' ? name : textOf(at(body, ['spec', 'clusterName']));
}

/** Where a pod runs on Fargate; undefined where no profile selects it. The first in the order of names wins, as in EKS. */
export function fargatePlacement(
  profiles: readonly FargateProfile[],
  pod: Pod,
  spec: unknown,
): FargatePlacement | undefined {
  const profile = [...profiles]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .find(({ selectors }) =>
      selectors.some(
        ({ namespace, labels }) =>
          matches(namespace, pod.namespace ?? '') &&
          Object.entries(labels).every(([key, value]) => matches(value, pod.labels?.[key])),
      ),
    );
  return profile && { profile, size: fargateSize(pod.requests), refusals: refusalsOf(pod, fieldsOf(spec)) };
}

/** Labels that a machine of Fargate has. */
const LABELS: Readonly<Record<string, string>> = {
  'kubernetes.io/arch': 'amd64',
  'kubernetes.io/os': 'linux',
  'eks.amazonaws.com/compute-type': 'fargate',
};

function refusalsOf(pod: Pod, spec: Fields): string[] {
  const wanted = Object.entries(pod.selections[0]?.nodeSelector ?? {});
  const containers = [...listOf(spec.initContainers), ...listOf(spec.containers)];
  const devices = Object.keys(pod.requests.extended ?? {});
  const volumes = listOf(spec.volumes).filter((one) => fieldsOf(one).hostPath !== undefined);
  return [
    ...wanted
      .filter(([key, value]) => LABELS[key] !== value)
      .map(([key, value]) =>
        key === 'kubernetes.io/arch'
          ? `it runs amd64 alone, not ${value}`
          : `none of its machines has ${key}: ${value}`,
      ),
    ...(containers.some((one) => at(one, ['securityContext', 'privileged']) === true)
      ? ['it runs no privileged containers']
      : []),
    ...(spec.hostNetwork === true ? ['pods have no network of a host'] : []),
    ...(volumes.length > 0 ? ['pods have no volumes of a host'] : []),
    ...devices.map((name) => `it has no ${name}`),
  ];
}

/** EKS takes `*` for any characters and `?` for one. */
function matches(pattern: string, text: string | undefined): boolean {
  return text !== undefined && matchesGlob(pattern, text);
}
