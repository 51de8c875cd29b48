import { ROLE_ARN_ANNOTATION } from '../contract';
import { fieldsOf, textOf } from '../values/record';
import type { Draft, Keys } from './draft';

/** Keys of credentials, which no description holds. */
const KEYS = ['AccessKey', 'SecretKey', 'SessionToken'];
const KEY_FIX =
  'keys are never committed: put them in a Secret and name it in cache.credentialsSecret, or use a role';

/** Takes the cache of jobs. `values` are the chart's values that are left: the Secret and the account of the manager. */
export function takeCache(keys: Keys, values: Keys, draft: Draft): void {
  const cache = new Map(Object.entries(fieldsOf(keys.take('cache'))));
  const type = textOf(cache.get('Type'));
  if (type === undefined || type === '') {
    if (cache.size > 0)
      draft.say(
        'no-effect',
        'cache',
        'it has no Type, so the runner has no cache and keeps nothing between jobs',
      );
    return;
  }
  if (type.toLowerCase() === 's3') takeS3(cache, values, draft);
  else takeOther(type, cache, draft);
}

const PLAIN: readonly (readonly [string, string])[] = [
  ['BucketName', 'bucket'],
  ['BucketLocation', 'region'],
  ['Insecure', 'insecure'],
  ['PathStyle', 'pathStyle'],
  ['ServerAddress', 'server'],
  ['ServerSideEncryption', 'encryption'],
  ['ServerSideEncryptionKeyID', 'kmsKeyId'],
];

function takeS3(cache: ReadonlyMap<string, unknown>, values: Keys, draft: Draft): void {
  const s3 = new Map(Object.entries(fieldsOf(cache.get('s3'))));
  const pop = (key: string) => {
    const value = s3.get(key);
    s3.delete(key);
    return value;
  };
  for (const key of KEYS) if (textOf(pop(key))) draft.say('refused', `cache.s3.${key}`, KEY_FIX);
  if (s3.get('ServerAddress') === 's3.amazonaws.com') s3.delete('ServerAddress');
  for (const [key, option] of PLAIN) takePlain(`cache.s3.${key}`, option, pop(key), draft);
  for (const key of ['Path', 'Shared']) takePlain(`cache.${key}`, key.toLowerCase(), cache.get(key), draft);
  const made = fieldsOf(draft.runner.cache);
  if (made.region === undefined) {
    const why = "no region is set, and signatures need one: write the bucket's region";
    draft.guess('cache.s3.BucketLocation', 'cache.region', 'us-east-1', why);
  }
  if (made.bucket === undefined) draft.say('decide', 'cache.s3.BucketName', 'a cache needs a bucket');
  takeIdentity(textOf(pop('AuthenticationType')), textOf(pop('RoleARN')), values, draft);
  for (const [key, value] of s3) draft.config(`cache.s3.${key}`, ['runner', 'cache', 's3', key], value);
}

function takePlain(from: string, option: string, value: unknown, draft: Draft): void {
  if (value !== undefined && value !== '' && value !== false) draft.option(from, `cache.${option}`, value);
}

function takeIdentity(
  type: string | undefined,
  uploadRole: string | undefined,
  values: Keys,
  draft: Draft,
): void {
  const secret = textOf(values.take('runners', 'cache', 'secretName'));
  if (secret) {
    draft.option(
      'runners.cache.secretName',
      'cache.credentialsSecret',
      secret,
      'the Secret must be in the namespace of the managers, with the keys accesskey and secretkey',
    );
    return;
  }
  const role =
    textOf(values.take('serviceAccount', 'annotations', ROLE_ARN_ANNOTATION)) ??
    textOf(values.take('rbac', 'serviceAccountAnnotations', ROLE_ARN_ANNOTATION)) ??
    uploadRole;
  if (role !== undefined) {
    const from = `serviceAccount.annotations ${ROLE_ARN_ANNOTATION}`;
    draft.option(
      from,
      'cache.identity',
      'irsa',
      'its trust policy must name the new ServiceAccount, which npx runner-fleet needs prints',
    );
    draft.option(from, 'cache.roleArn', role);
    return;
  }
  if (fieldsOf(draft.runner.cache).server !== undefined) {
    const name = `${draft.name}-cache-keys`;
    draft.guess(
      'cache.s3',
      'cache.credentialsSecret',
      name,
      'a server other than Amazon S3 needs keys: create this Secret in the namespace of the managers, with the keys accesskey and secretkey',
    );
    return;
  }
  const how =
    type === 'iam'
      ? 'managers signed in with a role that the files do not show: of their node, or of EKS Pod Identity'
      : 'the files do not show how managers signed in';
  draft.say(
    'decide',
    'cache.s3.AuthenticationType',
    `${how}; here they use EKS Pod Identity unless you set cache.identity or cache.credentialsSecret`,
  );
}

function takeOther(type: string, cache: ReadonlyMap<string, unknown>, draft: Draft): void {
  for (const [key, value] of cache) {
    if (!STORES.includes(key)) draft.config(`cache.${key}`, ['runner', 'cache', key], value);
    else
      for (const [name, inner] of Object.entries(fieldsOf(value)))
        takeStoreKey(`cache.${key}.${name}`, [key, name], key === type.toLowerCase(), inner, draft);
  }
}

const STORES = ['gcs', 'azure', 's3'];

function takeStoreKey(
  from: string,
  path: readonly [string, string],
  isUsed: boolean,
  value: unknown,
  draft: Draft,
): void {
  if (/Key$|Token$/.test(path[1]))
    draft.say('refused', from, 'keys are never committed: mount a credentials file, see docs/caches.md');
  else if (isUsed) draft.config(from, ['runner', 'cache', ...path], value);
  else draft.say('no-effect', from, 'the cache is of another type');
}
