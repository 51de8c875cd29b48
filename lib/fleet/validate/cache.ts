import type { Faults } from '../fault';
import type { NormalCache, NormalRunner } from '../normal-fleet';
import { checkKmsKey, checkObjectName, checkOneOf, checkRoleArn } from './fields';

/** Reports what is wrong with the cache of a runner. */
export function checkCache(runnerFaults: Faults, { cache }: NormalRunner): void {
  if (cache === undefined) return;
  const faults = runnerFaults.at('cache');
  const { bucket, roleArn, said, server } = cache;
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    const rule = 'bucket names are 3 to 63 lower-case letters, digits, dots and dashes';
    faults.add('bucket', bucket, rule, 'name the bucket, without s3:// and path');
  }
  checkRegion(faults, cache);
  if (server !== undefined) checkServer(faults, server);
  checkCredentials(faults, cache);
  checkEncryption(faults, cache);
  if (roleArn !== undefined) checkRoleArn(faults, 'roleArn', roleArn);
  if (said.identity !== undefined) checkOneOf(faults, 'identity', said.identity, ['pod-identity', 'irsa']);
  if (said.identity === 'irsa' && roleArn === undefined) {
    const rule = 'with irsa the ServiceAccount of the managers names the role';
    faults.add('roleArn', undefined, rule, 'add roleArn, or use identity "pod-identity"');
  }
}

function checkRegion(faults: Faults, { region, server }: NormalCache): void {
  if (server === undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    faults.add('region', region, 'the AWS region of the bucket', 'write it as "eu-west-1"');
  if (server !== undefined && !/^[\w.-]{1,63}$/.test(region))
    faults.add('region', region, 'the region that the server signs for', 'write it as "us-east-1"');
}

function checkServer(faults: Faults, server: unknown): void {
  const text = String(server);
  if (typeof server === 'string' && /^([\w.-]+|\[[\da-fA-F:.]+\])(:\d{1,5})?$/.test(text)) return;
  const [, scheme, host] = /^(https?):\/\/([^/]+)/.exec(text) ?? [];
  const rule = 'the host of the server, and its port, without scheme and path';
  const further = scheme === 'http' ? ' and insecure: true, if plain HTTP is meant' : '';
  faults.add('server', server, rule, `write "${host ?? 'minio.example.com:9000'}"${further}`);
}

/** Hosts of Amazon, whose servers know roles. */
const AMAZON = /\.amazonaws\.com(\.cn)?(:\d+)?$/;

function checkCredentials(
  faults: Faults,
  { credentialsSecret, insecure, pathStyle, said, server }: NormalCache,
): void {
  if (credentialsSecret !== undefined) {
    checkObjectName(faults, 'credentialsSecret', credentialsSecret);
    if (said.identity !== undefined) {
      const rule = 'managers have either keys out of a Secret or a role';
      faults.add('identity', said.identity, rule, 'leave out identity or credentialsSecret');
    }
  } else if (server !== undefined && !AMAZON.test(server)) {
    const rule = 'a server other than those of Amazon does not know AWS roles: managers need keys';
    faults.add(
      'credentialsSecret',
      undefined,
      rule,
      'name the Secret that holds them, as accesskey and secretkey',
    );
  }
  const unused =
    server === undefined ? Object.entries({ insecure, pathStyle }).filter(([, value]) => value) : [];
  for (const [option, value] of unused) {
    const rule =
      'the option is for a server of your own: Amazon S3 is asked by HTTPS, with the bucket in the name';
    faults.add(option, value, rule, 'leave it out, or add server');
  }
}

function checkEncryption(faults: Faults, { encryption, kmsKeyId }: NormalCache): void {
  if (encryption !== undefined) checkOneOf(faults, 'encryption', encryption, ['S3', 'KMS', 'DSSE-KMS']);
  const isByKms = encryption === 'KMS' || encryption === 'DSSE-KMS';
  if (isByKms && kmsKeyId === undefined) {
    const rule = `uploads with ${encryption} must name their key`;
    faults.add('kmsKeyId', undefined, rule, 'add it, or write encryption: "S3"');
  }
  if (kmsKeyId === undefined) return;
  if (!isByKms)
    faults.add('kmsKeyId', kmsKeyId, 'a KMS key requires encryption by KMS', 'add encryption: "KMS"');
  else checkKmsKey(faults, 'kmsKeyId', kmsKeyId);
}
