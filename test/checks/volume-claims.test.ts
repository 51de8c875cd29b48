import type { SourceFile } from '../../lib/cluster/manifest';
import { type Change, edited, FLEET } from '../fixtures/files';
import { describeCheck } from './cases';
import { CONFIG, DEPLOYMENT, POOL } from './places';

const MOUNT: Change = [
  CONFIG,
  /( +)(\[runners.kubernetes.node_selector\])/,
  '$1[[runners.kubernetes.volumes.pvc]]\n$1  name = "cache"\n$1  mount_path = "/x"\n$1$2',
];

/** A fleet whose jobs mount a claim, of a volume or a class that is given. */
function withClaim(spec: string, ...others: readonly string[]): readonly SourceFile[] {
  const claim = `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: cache, namespace: gitlab-jobs }\nspec: { resources: { requests: { storage: 10Gi } }, ${spec} }\n`;
  return [
    ...edited(FLEET, MOUNT),
    ...[claim, ...others].map((text, index) => ({ path: `acme/claim-${index}.yaml`, text })),
  ];
}

const zones = (...names: readonly string[]): Change => [
  POOL,
  /( +)requirements:\n/,
  `$1requirements:\n$1  - { key: topology.kubernetes.io/zone, operator: In, values: [${names.join(', ')}] }\n`,
];
const volumeIn = (zone: string) =>
  `apiVersion: v1\nkind: PersistentVolume\nmetadata: { name: disk }\nspec: { csi: { driver: ebs.csi.aws.com, volumeHandle: vol-1 }, nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: topology.ebs.csi.aws.com/zone, operator: In, values: [${zone}] }] }] } } }\n`;
const classOf = (provisioner: string, rest = '') =>
  `apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: { name: own }\nprovisioner: ${provisioner}\nvolumeBindingMode: WaitForFirstConsumer\n${rest}`;
const MANY = 'accessModes: [ReadWriteMany], ';

/** A claim for each slot, of which the first is among the files. */
const BY_SLOT: readonly Change[] = [
  [CONFIG, 'name = "cache"', 'name = "cache-$CI_CONCURRENT_ID"'],
  [CONFIG, 'concurrent = 20', 'concurrent = 1'],
  [CONFIG, ' limit = 20', ' limit = 1'],
  ['claim-0.yaml', 'name: cache', 'name: cache-0'],
];

describeCheck('lands', {
  fires: [
    {
      name: 'a volume in a zone without nodes',
      files: withClaim(`${MANY}volumeName: disk`, volumeIn('eu-central-1c')),
      changes: [zones('eu-central-1a', 'eu-central-1b')],
      finds: ['lands/volume-zone', 'error', /can be attached in eu-central-1c alone.*stays pending/],
    },
    {
      name: 'a class whose zones have no nodes',
      files: withClaim(
        `${MANY}storageClassName: own`,
        classOf(
          'ebs.csi.aws.com',
          'allowedTopologies: [{ matchLabelExpressions: [{ key: topology.kubernetes.io/zone, values: [eu-central-1c] }] }]\n',
        ),
      ),
      changes: [zones('eu-central-1a')],
      finds: ['lands/volume-zone', 'error', /in eu-central-1c/],
    },
    {
      name: 'a disk of one zone for pools of several',
      files: withClaim(`${MANY}storageClassName: own`, classOf('ebs.csi.aws.com')),
      changes: [zones('eu-central-1a', 'eu-central-1b')],
      finds: ['lands/volume-zone', 'note', /the zone that it is made in: every job lands there alone/],
    },
    {
      name: 'a volume for one node, and many jobs',
      files: withClaim('accessModes: [ReadWriteOnce]'),
      finds: [
        'lands/one-node-volume',
        'warning',
        /there may be 20 of the job pod .* stay in ContainerCreating/,
      ],
    },
    {
      name: 'a volume of each slot for one node, and two managers with the same slots',
      files: edited(withClaim('accessModes: [ReadWriteOnce]'), ...BY_SLOT, [
        DEPLOYMENT,
        'replicas: 1',
        'replicas: 2',
      ]),
      finds: ['lands/one-node-volume', 'warning', /there may be 2 of the job pod/],
    },
    {
      name: 'a volume for one pod, and many jobs',
      files: withClaim('accessModes: [ReadWriteOncePod]'),
      finds: ['lands/one-node-volume', 'error', /in one pod at a time/],
    },
  ],
  quiet: [
    {
      name: 'a volume of each slot for one node',
      files: edited(withClaim('accessModes: [ReadWriteOnce]'), ...BY_SLOT),
    },
    {
      name: 'a disk in the only zone of its pool',
      files: withClaim(`${MANY}volumeName: disk`, volumeIn('eu-central-1a')),
      changes: [zones('eu-central-1a')],
    },
    {
      name: 'a file system that nodes of all zones share, whatever its mode says',
      files: withClaim(
        'accessModes: [ReadWriteOnce], storageClassName: own',
        classOf('efs.csi.aws.com').replace('volumeBindingMode: WaitForFirstConsumer\n', ''),
      ),
    },
    {
      name: 'a volume for one node, and one job at a time',
      files: withClaim('accessModes: [ReadWriteOnce]'),
      changes: [
        [CONFIG, 'concurrent = 20', 'concurrent = 1'],
        [CONFIG, ' limit = 20', ' limit = 1'],
      ],
    },
    {
      name: 'a volume of many nodes of which nothing else is known',
      files: withClaim('accessModes: [ReadWriteMany]'),
    },
  ],
});
