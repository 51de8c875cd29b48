import { displayName } from '../cluster/manifest';
import { landing, type ObservedRunner, type PlacedPod, type Subject } from '../cluster/observe';
import { claimsOf } from '../cluster/volume-claims';
import { AUTO_MODE_RULES } from './auto-mode-rules';
import type { FieldOfManifest, Finding } from './finding';

const { finding } = AUTO_MODE_RULES;

/** What attaches disks of EBS: part of the system of EKS Auto Mode, an add-on elsewhere. */
const OF_AUTO_MODE = 'ebs.csi.eks.amazonaws.com';
const OF_ADD_ON = ['ebs.csi.aws.com', 'kubernetes.io/aws-ebs'];

/** Disks that no node which may take the pod can attach. */
export function volumeDriverFindings(runner: ObservedRunner, { manifests }: Subject): Finding[] {
  const { config, index, job, manager, managerPlaced } = runner;
  const within = `runners[${index}].kubernetes.volumes.pvc`;
  const judge = (placed: PlacedPod | undefined, at: FieldOfManifest): Finding[] => {
    const pools = landing(placed).map(({ pool }) => pool);
    const isAuto = pools.every(({ isAutoMode }) => isAutoMode);
    if (placed === undefined || pools.length === 0 || (!isAuto && pools.some(({ isAutoMode }) => isAutoMode)))
      return [];
    return claimsOf(placed.spec, placed.pod.namespace, manifests)
      .filter(({ provider }) => (isAuto ? OF_ADD_ON.includes(provider) : provider === OF_AUTO_MODE))
      .map(({ manifest, provider }) =>
        finding('volume-driver', {
          severity: 'error',
          at,
          found: `${displayName(manifest)}: ${provider}`,
          why: `nodes of ${isAuto ? 'EKS Auto Mode attach disks by a driver of their own' : 'self-managed Karpenter do not run the driver of EKS Auto Mode'}: the ${placed.pod.title} stays in ContainerCreating`,
          fix: `take a StorageClass whose provisioner is ${isAuto ? OF_AUTO_MODE : OF_ADD_ON[0]}`,
        }),
      );
  };
  return [
    ...judge(job, { manifest: config.manifest, path: config.path, within }),
    // All runners of a config have one manager.
    ...(manager && index === 0
      ? judge(managerPlaced, { manifest: manager, path: ['spec', 'template', 'spec', 'volumes'] })
      : []),
  ];
}
