import { observe } from '../../lib/cluster/observe';
import { pricesFor, regionOf } from '../../lib/cluster/prices';
import { CATALOGUE_PRICES, regionPrices } from '../../lib/karpenter/region-prices';
import { edited, FLEET, parsed } from '../fixtures/files';

const POOL = 'nodepool-gitlab-jobs-arm64-spot.yaml';
const CONFIG = 'arm64-spot/configmap.yaml';

const inZones = (...zones: readonly string[]) =>
  edited(FLEET, [
    POOL,
    '      requirements:\n',
    `      requirements:\n        - key: topology.kubernetes.io/zone\n          operator: In\n          values: [${zones.join(', ')}]\n`,
  ]);
const withImage = (host: string) =>
  edited(FLEET, [CONFIG, /( +)cpu_request = "1"\n/, `$1image = "${host}/app:1"\n$1cpu_request = "1"\n`]);
const withBucket = (region: string) =>
  edited(FLEET, [
    CONFIG,
    'immutable: true',
    `    [runners.cache.s3]\n      BucketLocation = "${region}"\nimmutable: true`,
  ]);
const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const CLUSTER_CONFIG = {
  path: 'acme/eksctl.yaml',
  text: 'apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata:\n  name: acme\n  region: eu-north-1\n',
};

test.each([
  [
    'zones of a pool',
    inZones('eu-central-1a', 'eu-central-1b'),
    'eu-central-1',
    'by the zones of a NodePool',
  ],
  ['an image in ECR', withImage(ECR), 'eu-west-1', 'by an image in ECR'],
  ['the bucket of a cache', withBucket('eu-south-2'), 'eu-south-2', 'by the bucket of a cache'],
  ['a ClusterConfig', [...inZones('eu-central-1a'), CLUSTER_CONFIG], 'eu-north-1', 'of a ClusterConfig'],
])('the region of a cluster is seen in %s', (_, files, region, from) => {
  expect(regionOf(parsed(files))).toEqual({ region, from });
});

test.each([
  ['nothing names one', FLEET],
  ['zones are of two', inZones('eu-central-1a', 'eu-west-1a')],
  ['a zone is local', inZones('us-west-2-lax-1a')],
  ['an image is not in ECR', withImage('ecr.example.com/eu-west-1')],
])('it is not known where %s', (_, files) => {
  expect(regionOf(parsed(files))).toBeUndefined();
});

test('prices are those of the region, or of us-east-1 where there are none for it', () => {
  expect(pricesFor(parsed(inZones('us-gov-west-1a'))).prices).toBe(regionPrices('us-gov-west-1'));
  expect(pricesFor(parsed(inZones('eu-central-1a')))).toEqual({
    prices: CATALOGUE_PRICES,
    region: 'eu-central-1',
    regionFrom: 'by the zones of a NodePool',
    publicIpv4: false,
  });
  expect(pricesFor(parsed(FLEET)).prices).toBe(CATALOGUE_PRICES);
});

test('what the user says comes first', () => {
  const manifests = parsed(inZones('us-gov-west-1a'));
  expect(pricesFor(manifests, { region: 'us-east-1' })).toMatchObject({
    prices: CATALOGUE_PRICES,
    regionFrom: 'as set',
  });
  const prices = { ...CATALOGUE_PRICES, region: 'eu-central-1', onDemand: new Map([['c6g.large', 1]]) };
  expect(pricesFor(manifests, { prices })).toMatchObject({ prices, region: 'us-gov-west-1' });
  expect(pricesFor(parsed(FLEET), { prices })).toMatchObject({
    region: 'eu-central-1',
    regionFrom: 'as the prices',
  });
});

test('pools of a cluster have the types at these prices', () => {
  const { pools } = observe(parsed(inZones('us-gov-west-1a')));
  const usd = regionPrices('us-gov-west-1')?.onDemand.get('c6g.large');
  const types = pools.flatMap((pool) => pool.types.filter(({ name }) => name === 'c6g.large'));
  expect(new Set(types.map(({ onDemandUsdPerHour }) => onDemandUsdPerHour))).toEqual(new Set([usd]));
});
