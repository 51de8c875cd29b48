import type { DaemonSetOverhead } from '../karpenter/node-price';
import { fieldsOf } from '../values/record';
import { type AdmittedPod, admit } from './admission';
import { type FargatePlacement, fargatePlacement, fargateProfilesOf } from './fargate-profiles';
import type { Manifest } from './manifest';
import type { NodePool } from './node-pools';
import { type Placement, placements } from './placement';
import { type Pod, podOf } from './pod';

/** A pod that is made of a spec. */
export interface ObservedPod {
  readonly title: string;
  readonly namespace: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** As the API server gets it. */
  readonly spec: unknown;
}

/** A pod with where it lands. */
export interface PlacedPod {
  readonly pod: Pod;
  /** `spec` of the pod, as admission leaves it. */
  readonly spec: unknown;
  readonly admission: AdmittedPod;
  /** Empty for a pod on Fargate. */
  readonly placements: readonly Placement[];
  /** Where it runs on Fargate; undefined for a pod on nodes. */
  readonly fargate: FargatePlacement | undefined;
}

/** Says of pods of a cluster where they land. */
export function placer(
  manifests: readonly Manifest[],
  pools: readonly NodePool[],
  daemonSets: DaemonSetOverhead,
): (pod: ObservedPod) => PlacedPod {
  const known = new Map<string, readonly Placement[]>();
  const profiles = fargateProfilesOf(manifests);
  return ({ title, namespace, labels, spec: own }) => {
    const admission = admit(fieldsOf(own), namespace, manifests);
    const { spec } = admission;
    const pod = { ...podOf(title, spec), namespace, labels };
    const fargate = fargatePlacement(profiles, pod, spec);
    // Admission sends it to Fargate before any node is asked.
    if (fargate) return { pod, spec, admission, placements: [], fargate };
    // Runners of one kind ask the same of every pool.
    const key = JSON.stringify([pod.selections, pod.tolerations, pod.requests, pod.spreadKeys]);
    const found = known.get(key) ?? placements(pod, pools, daemonSets);
    known.set(key, found);
    return { pod, spec, admission, placements: found, fargate: undefined };
  };
}
