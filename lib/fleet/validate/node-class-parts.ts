import { toUnits } from '../../values/quantity';
import type { Faults } from '../fault';
import type { NormalNodeClass } from '../normal-fleet';
import type { Labels } from '../resolved-fleet';
import { checkBytes, checkKmsKey, checkWholeNumber } from './fields';

/** The gp3 volume for images and working copies, of an EC2NodeClass or of a NodeClass of EKS Auto Mode. */
export interface VolumeOfNodes {
  readonly size: string;
  readonly iops: number | undefined;
  readonly throughput: number | undefined;
  /** Name and value of the option for its KMS key. */
  readonly kmsKey: readonly [field: string, value: string | undefined];
  /** Largest size in GiB, and the rule that says so. */
  readonly most: readonly [gib: number, rule: string];
}

/** Reports what is wrong with that volume. */
export function checkVolumeOfNodes(
  faults: Faults,
  { size, iops, throughput, kmsKey, most: [largest, rule] }: VolumeOfNodes,
): void {
  const quantity = checkBytes(faults, 'size', size);
  const gib = quantity === undefined ? undefined : toUnits(quantity) / 1024 ** 3;
  if (gib !== undefined && (gib < 1 || gib > largest))
    faults.add('size', size, rule, 'write a size in between');
  if (iops !== undefined) {
    const most = gib === undefined ? 16000 : Math.min(16000, Math.max(3000, Math.floor(gib * 500)));
    checkWholeNumber(faults, 'iops', iops, 3000, most);
  }
  if (throughput !== undefined) checkWholeNumber(faults, 'throughput', throughput, 125, 1000);
  checkKmsKey(faults, ...kmsKey);
}

/** Reports what is wrong with the role of nodes, or their instance profile. */
export function checkIdentity(faults: Faults, { identity, said }: NormalNodeClass): void {
  if (said.nodeRole !== undefined && said.instanceProfile !== undefined) {
    const rule = 'nodes have either a role or an instance profile';
    faults.add('instanceProfile', said.instanceProfile, rule, 'leave out nodeRole or instanceProfile');
  }
  if ('instanceProfile' in identity) checkProfile(faults, identity.instanceProfile);
  else checkRole(faults, identity.role);
}

function checkProfile(faults: Faults, name: string): void {
  if (/^[\w+=,.@-]{1,128}$/.test(name)) return;
  const rule = 'the name of an instance profile (not its ARN): 1 to 128 letters, digits and + = , . @ - _';
  faults.add('instanceProfile', name, rule, 'write the name of the profile, or set nodeRole instead');
}

function checkRole(faults: Faults, name: string): void {
  if (/^[\w+=,.@-]{1,64}$/.test(name)) return;
  const rule = 'the name of an IAM role (not its ARN): 1 to 64 letters, digits and + = , . @ - _';
  faults.add('nodeRole', name, rule, 'set nodeRole to the name of the role');
}

/** Tags that whatever starts nodes sets itself, and refuses from others. */
export interface ReservedTags {
  readonly by: string;
  readonly keys: RegExp;
}

const OF_KARPENTER: ReservedTags = {
  by: 'Karpenter',
  keys: /^(kubernetes\.io\/cluster|karpenter\.sh\/nodepool$|karpenter\.sh\/nodeclaim$|karpenter\.k8s\.aws\/ec2nodeclass$|eks:eks-cluster-name$)/,
};

/** Reports tags that AWS refuses, or whatever starts nodes. */
export function checkTags(faults: Faults, tags: Labels, { by, keys }: ReservedTags = OF_KARPENTER): void {
  for (const [key, value] of Object.entries(tags)) {
    if (key === '' || key.length > 128 || key.startsWith('aws:')) {
      const rule = 'keys of AWS tags have 1 to 128 characters and do not begin with aws:';
      faults.add(key, key, rule, 'rename the key');
    } else if (keys.test(key)) {
      faults.add(key, key, `${by} sets this tag itself and refuses it from others`, 'leave the tag out');
    } else if (typeof value !== 'string' || value.length > 256) {
      const rule = 'values of AWS tags are texts of at most 256 characters';
      faults.add(key, value, rule, 'shorten it, or write it as text');
    }
  }
}

/** Reports tags by which nothing could be found. */
export function checkSelectorTags(faults: Faults, field: string, tags: Labels | undefined): void {
  if (tags === undefined) return;
  const entries = Object.entries(tags);
  if (entries.length === 0 || entries.length > 20) {
    const rule = 'selectors have 1 to 20 tags: with none, nothing is found';
    faults.add(field, tags, rule, 'name the tags, or leave the option out');
  }
  for (const [key, value] of entries) {
    if (key !== '' && typeof value === 'string' && value !== '') continue;
    const place = `${field}[${JSON.stringify(key)}]`;
    faults.add(place, value, 'tags that select have a key and a value', 'write both; "*" matches any value');
  }
}
