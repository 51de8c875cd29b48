import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { RunnerProps, S3CacheProps } from '../../lib/fleet/props/runner';
import { parseToml } from '../../lib/values/toml';
import { findingsIn } from '../checks/cases';
import { find, type Manifest, manifests, refusalOf, render } from '../fleets';

const RUNNER: RunnerProps = { name: 'a', arch: 'amd64', capacity: 'spot' };
const fleet = (cache: S3CacheProps, change: Partial<RunnerFleetProps> = {}): RunnerFleetProps => ({
  name: 'production',
  gitlabUrl: 'https://gitlab.example.com',
  runnerDefaults: { cache },
  runners: [RUNNER],
  ...change,
});
const S3: S3CacheProps = { bucket: 'ci-cache', region: 'eu-west-1' };
const MINIO: S3CacheProps = {
  server: 'minio.example.com:9000',
  bucket: 'ci-cache',
  region: 'us-east-1',
  credentialsSecret: 'cache-keys',
};
const tablesOf = (objects: readonly Manifest[]): readonly Manifest[] =>
  objects
    .filter(({ kind, data }) => kind === 'ConfigMap' && data['config.toml'])
    .map(({ data }) => (parseToml(data['config.toml']) as Manifest).runners[0]);
const portsOf = (objects: readonly Manifest[], namespace: string): readonly number[] =>
  find(objects, 'NetworkPolicy', 'default', namespace).spec.egress[1].ports.map(({ port }: Manifest) => port);
const proved = (fleetProps: RunnerFleetProps) =>
  findingsIn(render(fleetProps)).filter(({ severity }) => severity !== 'note');

describe('a cache on MinIO', () => {
  const objects = manifests(fleet(MINIO));

  test('is asked at its own address, with keys that config.toml does not hold', () => {
    expect(tablesOf(objects)[0].cache).toEqual({
      Type: 's3',
      Shared: false,
      s3: {
        ServerAddress: 'minio.example.com:9000',
        BucketName: 'ci-cache',
        BucketLocation: 'us-east-1',
        AuthenticationType: 'iam',
      },
    });
  });

  test('has its keys from the Secret that the Helm chart reads', () => {
    const { env } = find(objects, 'Deployment', 'runner-a').spec.template.spec.containers[0];
    expect(env.slice(2)).toEqual([
      { name: 'AWS_ACCESS_KEY_ID', valueFrom: { secretKeyRef: { name: 'cache-keys', key: 'accesskey' } } },
      {
        name: 'AWS_SECRET_ACCESS_KEY',
        valueFrom: { secretKeyRef: { name: 'cache-keys', key: 'secretkey' } },
      },
    ]);
  });

  test('is reached by jobs, and managers have no way to the agent of Pod Identity', () => {
    expect(portsOf(objects, 'gitlab-jobs')).toEqual([22, 80, 443, 9000]);
    expect(portsOf(objects, 'gitlab-runners')).toEqual([443]);
    expect(find(objects, 'NetworkPolicy', 'default', 'gitlab-runners').spec.egress).toHaveLength(2);
  });

  test('asks for its Secret, and for nothing once that is declared', () => {
    expect(
      proved(fleet(MINIO)).map(({ id, why }) => [id, /Secret\/gitlab-runners\/cache-keys/.test(why)]),
    ).toEqual([['needs/source', true]]);
    expect(proved(fleet(MINIO, { existing: ['Secret/gitlab-runners/cache-keys'] }))).toEqual([]);
  });

  test('is asked by plain HTTP and with the bucket in the path where the description says so', () => {
    const { s3 } = tablesOf(manifests(fleet({ ...MINIO, insecure: true, pathStyle: false })))[0].cache;
    expect([s3.Insecure, s3.PathStyle]).toEqual([true, false]);
  });
});

test('uploads are encrypted with a key of KMS', () => {
  const { s3 } = tablesOf(manifests(fleet({ ...S3, encryption: 'KMS', kmsKeyId: 'alias/cache' })))[0].cache;
  expect(s3).toMatchObject({ ServerSideEncryption: 'KMS', ServerSideEncryptionKeyID: 'alias/cache' });
});

test('a runner has a bucket of its own, and what it does not say is inherited', () => {
  const own: RunnerProps = {
    ...RUNNER,
    name: 'b',
    cache: { bucket: 'deploy-cache', region: 'eu-west-1', path: 'b' },
  };
  const [first, second] = tablesOf(manifests(fleet({ ...S3, shared: true }, { runners: [RUNNER, own] })));
  expect(first.cache.s3.BucketName).toBe('ci-cache');
  expect(second.cache).toMatchObject({ Shared: true, Path: 'b', s3: { BucketName: 'deploy-cache' } });
});

test('ports of a server and of clone_url in config are open to jobs too', () => {
  const runner = {
    clone_url: 'http://git.example.com:8080',
    cache: { s3: { ServerAddress: 's3.example.com', Insecure: true } },
  };
  const objects = manifests(
    fleet(S3, { network: { jobPorts: [22] }, runners: [{ ...RUNNER, config: { runner } }] }),
  );
  expect(portsOf(objects, 'gitlab-jobs')).toEqual([22, 80, 443, 8080]);
});

test('Google Cloud Storage by a key file from a Secret, and Azure by a principal, are proved as the page says', () => {
  const gcs = {
    ...RUNNER,
    config: {
      runner: { cache: { Type: 'gcs', gcs: { BucketName: 'ci', CredentialsFile: '/etc/gcs/key.json' } } },
    },
    patches: {
      Deployment: {
        spec: {
          template: {
            spec: {
              containers: [
                {
                  name: 'gitlab-runner',
                  volumeMounts: [{ name: 'gcs', mountPath: '/etc/gcs', readOnly: true }],
                },
              ],
              volumes: [{ name: 'gcs', secret: { secretName: 'gcs' } }],
            },
          },
        },
      },
    },
  };
  const azure = {
    ...RUNNER,
    name: 'b',
    config: { runner: { cache: { Type: 'azure', azure: { AccountName: 'acme', ContainerName: 'ci' } } } },
  };
  const both = { name: 'production', runners: [gcs, azure], existing: ['Secret/gitlab-runners/gcs'] };
  expect(proved(both)).toEqual([]);
});

// biome-ignore format: a table of cases
test.each<[string, S3CacheProps, RegExp]>([
  ['a server by its URL', { ...MINIO, server: 'http://minio.example.com:9000' }, /server: "http[\s\S]*write "minio\.example\.com:9000" and insecure: true/],
  ['a server without keys', { ...MINIO, credentialsSecret: undefined }, /credentialsSecret: nothing[\s\S]*managers need keys/],
  ['keys together with a role', { ...S3, credentialsSecret: 'keys', identity: 'pod-identity' }, /identity: "pod-identity"[\s\S]*either keys out of a Secret or a role/],
  ['plain HTTP to Amazon', { ...S3, insecure: true }, /insecure: true[\s\S]*for a server of your own/],
  ['KMS without a key', { ...S3, encryption: 'KMS' }, /kmsKeyId: nothing[\s\S]*must name their key/],
  ['a key without KMS', { ...S3, kmsKeyId: 'alias/cache' }, /kmsKeyId: "alias\/cache"[\s\S]*add encryption: "KMS"/],
  ['a region with spaces', { ...MINIO, region: 'our region' }, /region: "our region"/],
])('%s is refused', (_, cache, says) => {
  expect(refusalOf(fleet(cache))).toMatch(says);
});

test('a server of Amazon, for example an endpoint of the VPC, may go by a role', () => {
  expect(refusalOf(fleet({ ...S3, server: 'bucket.vpce-0a1b.s3.eu-west-1.vpce.amazonaws.com' }))).toBe('');
});
