import { isBySlot, namesBySlot } from '../gitlab-runner/executor/slots';
import { normalizeLabel, ZONE_LABEL } from '../karpenter/labels';
import { at, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { isIn } from './admission';
import type { Manifest } from './manifest';
import { ofKind } from './of-kind';

/** A claim that a pod mounts, with what its volume decides of where the pod runs. */
export interface VolumeClaim {
  readonly manifest: Manifest;
  /** Its access modes: `ReadWriteOnce`. */
  readonly modes: readonly string[];
  /** Driver or provisioner of its volume, for example `ebs.csi.aws.com`; empty where it is not known. */
  readonly provider: string;
  /** Zones in which it can be attached; undefined where nothing says. */
  readonly zones: ReadonlySet<string> | undefined;
  /** Whether it is a disk of one zone, whichever that is. */
  readonly isOfOneZone: boolean;
  /** Whether each slot of a manager has one like it, so that no two of its jobs share it. */
  readonly isBySlot: boolean;
  /** Whether what provides it is known to be a file system that many nodes share, whatever its modes are. */
  readonly isShared: boolean;
}

/** Disks that are attached to one node of their own zone. */
const DISKS = ['ebs.csi.aws.com', 'ebs.csi.eks.amazonaws.com', 'kubernetes.io/aws-ebs'];
/** File systems, which ask nothing of an access mode. */
const SHARED = /(^|[.-])(efs|fsx|nfs|smb|cephfs)\b/;

/** The claims that a pod mounts, as far as they are among the manifests. */
export function claimsOf(
  spec: unknown,
  namespace: string | undefined,
  manifests: readonly Manifest[],
): readonly VolumeClaim[] {
  const names = listOf(fieldsOf(spec).volumes).flatMap(
    (volume) => textOf(at(volume, ['persistentVolumeClaim', 'claimName'])) ?? [],
  );
  if (names.length === 0) return [];
  const claims = ofKind(manifests, 'PersistentVolumeClaim').filter((one) => isIn(one, namespace));
  return names.flatMap((name) => {
    // Those of other slots are like that of the first.
    const [first] = namesBySlot(name, 1);
    return claims
      .filter((one) => one.name === first)
      .map((manifest) => claimOf(manifest, isBySlot(name), manifests));
  });
}

function claimOf(manifest: Manifest, bySlot: boolean, manifests: readonly Manifest[]): VolumeClaim {
  const { accessModes, volumeName, storageClassName } = fieldsOf(manifest.body.spec);
  const volume = ofKind(manifests, 'PersistentVolume').find(({ name }) => name === volumeName);
  const storage = ofKind(manifests, 'StorageClass').find((one) =>
    storageClassName === undefined ? isDefault(one) : one.name === storageClassName,
  );
  const provider =
    textOf(at(volume?.body.spec, ['csi', 'driver'])) ?? textOf(storage?.body.provisioner) ?? kindOf(volume);
  return {
    manifest,
    modes: listOf(accessModes).map(String),
    provider,
    zones: volume === undefined ? zonesOfClass(storage) : zonesOfVolume(volume),
    isOfOneZone: DISKS.includes(provider),
    isBySlot: bySlot,
    isShared: SHARED.test(provider),
  };
}

/** What a volume without a driver is, in the words of a provisioner. */
function kindOf(volume: Manifest | undefined): string {
  const spec = fieldsOf(volume?.body.spec);
  if (spec.awsElasticBlockStore !== undefined) return 'kubernetes.io/aws-ebs';
  return spec.nfs === undefined ? '' : 'nfs';
}

function isDefault({ body }: Manifest): boolean {
  const annotations = textsOf(at(body, ['metadata', 'annotations']));
  return annotations['storageclass.kubernetes.io/is-default-class'] === 'true';
}

function zonesOfVolume({ body }: Manifest): ReadonlySet<string> | undefined {
  const terms = listOf(at(body, ['spec', 'nodeAffinity', 'required', 'nodeSelectorTerms']));
  const zones = terms.flatMap((term) => zonesIn(fieldsOf(term).matchExpressions, 'In'));
  const labels = Object.entries(textsOf(at(body, ['metadata', 'labels'])));
  const labelled = labels.flatMap(([key, value]) => (isZone(key) ? value.split('__') : []));
  const all = zones.length > 0 ? zones : labelled;
  return all.length > 0 ? new Set(all) : undefined;
}

function zonesOfClass(storage: Manifest | undefined): ReadonlySet<string> | undefined {
  const terms = listOf(storage?.body.allowedTopologies);
  const zones = terms.flatMap((term) => zonesIn(fieldsOf(term).matchLabelExpressions, undefined));
  return zones.length > 0 ? new Set(zones) : undefined;
}

function zonesIn(expressions: unknown, operator: string | undefined): readonly string[] {
  return listOf(expressions)
    .map(fieldsOf)
    .filter((one) => isZone(textOf(one.key) ?? '') && one.operator === operator)
    .flatMap(({ values }) => listOf(values).map(String));
}

function isZone(key: string): boolean {
  return normalizeLabel(key) === ZONE_LABEL;
}
