import { autoModeTypes } from '../../lib/karpenter/auto-mode';
import { CATALOGUE, instanceTypes } from '../../lib/karpenter/instance-types';
import {
  CATALOGUE_PRICES,
  PRICED_REGIONS,
  regionPrices,
  withPrices,
} from '../../lib/karpenter/region-prices';

test('the package has prices of us-east-1 and of both regions of GovCloud', () => {
  expect(PRICED_REGIONS).toEqual(['us-east-1', 'us-gov-east-1', 'us-gov-west-1']);
  expect(CATALOGUE_PRICES).toMatchObject({ region: 'us-east-1', date: CATALOGUE.priceDate });
  expect(regionPrices('eu-central-1')).toBeUndefined();
  expect(regionPrices('constructor')).toBeUndefined();
});

test.each([
  // Prices that Karpenter ships, of 2026-07-20: by vCPU, by themselves, and not sold there.
  ['us-gov-east-1', 'c6g.2xlarge', 0.3264],
  ['us-gov-east-1', 'c6g.metal', 2.7679],
  ['us-gov-east-1', 'g4dn.xlarge', 0.663],
  ['us-gov-east-1', 'c5d.metal', undefined],
  ['us-gov-east-1', 'a1.large', undefined],
  ['us-east-1', 'c6g.2xlarge', 0.272],
])('in %s a %s costs %s', (region, type, usd) => {
  expect(regionPrices(region)?.onDemand.get(type)).toBe(usd);
});

describe('types with prices of another region', () => {
  const prices = regionPrices('us-gov-west-1') ?? CATALOGUE_PRICES;

  test('cost what they cost there, and nothing known where it is not sold', () => {
    const types = withPrices(instanceTypes(), prices);
    expect(types).toHaveLength(instanceTypes().length);
    for (const { name, onDemandUsdPerHour } of types)
      expect([name, onDemandUsdPerHour]).toEqual([name, prices.onDemand.get(name)]);
  });

  test('have the fee of EKS Auto Mode by that price, on its nodes alone', () => {
    const fee = (of: readonly { name: string; autoModeUsdPerHour?: number }[]) =>
      of.find(({ name }) => name === 'c6g.large')?.autoModeUsdPerHour;
    expect(fee(withPrices(autoModeTypes(), prices))).toBeCloseTo(
      (prices.onDemand.get('c6g.large') ?? 0) * 0.12,
      9,
    );
    expect(fee(withPrices(instanceTypes(), prices))).toBeUndefined();
  });

  test('are the same list every time, and that of the catalogue for its own prices', () => {
    expect(withPrices(instanceTypes(), prices)).toBe(withPrices(instanceTypes(), prices));
    expect(withPrices(instanceTypes(), CATALOGUE_PRICES)).toBe(instanceTypes());
  });
});
