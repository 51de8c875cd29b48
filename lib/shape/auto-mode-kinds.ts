/**
 * The NodeClass of EKS Auto Mode. AWS publishes no definition of it: these are the fields and bounds that
 * imroc/kubeschemas read off a cluster (2024-12), with those that the user guide has named since. Fields that came later
 * are taken as they are.
 */
import type { Shape, TableShape } from './shape';

const TAGS: Shape = { map: 'string', maxEntries: 20 };
const SUBNET = { is: 'string', pattern: 'subnet-[0-9a-z]+' };
const SECURITY_GROUP = { is: 'string', pattern: 'sg-[0-9a-z]+' };
/** Of EBS, by unit. */
const SIZE =
  '^((?:[1-9][0-9]{0,3}|[1-4][0-9]{4}|[5][0-8][0-9]{3}|59000)Gi|(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|[6][0-3][0-9]{3}|64000)G|([1-9]||[1-5][0-7]|58)Ti|([1-9]||[1-5][0-9]|6[0-3]|64)T)$';

const either = (...values: readonly string[]): Shape => ({ is: 'string', enum: values });
const openTable = (table: TableShape['table'], required?: readonly string[]): TableShape => ({
  table,
  open: true,
  ...(required && { required }),
});

export const AUTO_MODE_KINDS: Readonly<Record<string, string>> = {
  'eks.amazonaws.com/v1/NodeClass': 'NodeClass',
};

export const AUTO_MODE_TYPES: Readonly<Record<string, TableShape>> = {
  NodeClass: {
    table: {
      apiVersion: 'string',
      kind: 'string',
      metadata: 'ObjectMeta',
      spec: 'NodeClass.spec',
      status: 'any',
    },
    required: ['spec'],
  },
  'NodeClass.spec': openTable(
    {
      role: { is: 'string', minLength: 1, maxLength: 64 },
      instanceProfile: 'string',
      subnetSelectorTerms: { list: 'NodeClass.spec.subnetSelectorTerms', minItems: 1, maxItems: 30 },
      securityGroupSelectorTerms: {
        list: 'NodeClass.spec.securityGroupSelectorTerms',
        minItems: 1,
        maxItems: 30,
      },
      podSubnetSelectorTerms: { list: 'NodeClass.spec.subnetSelectorTerms', maxItems: 30 },
      podSecurityGroupSelectorTerms: { list: 'NodeClass.spec.securityGroupSelectorTerms', maxItems: 30 },
      snatPolicy: either('Random', 'Disabled'),
      networkPolicy: either('DefaultAllow', 'DefaultDeny'),
      networkPolicyEventLogs: either('Enabled', 'Disabled'),
      ephemeralStorage: 'NodeClass.spec.ephemeralStorage',
      tags: { map: 'string' },
    },
    ['securityGroupSelectorTerms', 'subnetSelectorTerms'],
  ),
  'NodeClass.spec.subnetSelectorTerms': openTable({ id: SUBNET, tags: TAGS }),
  'NodeClass.spec.securityGroupSelectorTerms': openTable({ id: SECURITY_GROUP, name: 'string', tags: TAGS }),
  'NodeClass.spec.ephemeralStorage': openTable({
    size: { is: 'string', pattern: SIZE },
    iops: { is: 'integer', minimum: 3000, maximum: 16000 },
    throughput: { is: 'integer', minimum: 125, maximum: 1000 },
    kmsKeyID: 'string',
  }),
};
