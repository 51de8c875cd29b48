import type { Faults } from '../fault';
import type { NormalRunner } from '../normal-fleet';
import { checkOneOf } from './fields';

/** Reports what is wrong with the S3 cache of a runner. */
export function checkCache(runnerFaults: Faults, { cache }: NormalRunner): void {
  if (cache === undefined) return;
  const faults = runnerFaults.at('cache');
  const { bucket, region, identity, roleArn } = cache;
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    const rule = 'bucket names are 3 to 63 lower-case letters, digits, dots and dashes';
    faults.add('bucket', bucket, rule, 'name the bucket, without s3:// and path');
  }
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    faults.add('region', region, 'the AWS region of the bucket', 'write it as "eu-west-1"');
  }
  if (roleArn !== undefined && !/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(roleArn)) {
    faults.add(
      'roleArn',
      roleArn,
      'the ARN of an IAM role',
      'write it as "arn:aws:iam::123456789012:role/name"',
    );
  }
  checkOneOf(faults, 'identity', identity, ['pod-identity', 'irsa']);
  if (identity === 'irsa' && roleArn === undefined) {
    const rule = 'with irsa the ServiceAccount of the managers names the role';
    faults.add('roleArn', undefined, rule, 'add roleArn, or use identity "pod-identity"');
  }
}
