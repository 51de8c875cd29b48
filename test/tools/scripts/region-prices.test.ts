import { instanceType } from '../../../lib/karpenter/instance-types';
import { compacted, pricesIn, print } from '../../../tools/scripts/region-prices';

const FILE = `
// generated at 2026-07-20T13:44:38Z for us-east-1
var InitialOnDemandPricesUSGov = map[string]map[ec2types.InstanceType]float64{
	// us-gov-east-1
	"us-gov-east-1": {
		// c6g family
		"c6g.large": 0.081600, "c6g.metal": 2.767900, "c6g.xlarge": 0.163200, "c6g.2xlarge": 0.326400,
		// u-6tb1 family
		"u-6tb1.56xlarge": 55.610000,
	},
	"us-gov-west-1": {
		"c6g.large": 0.081500,
	},
}`;

test('the prices of each region of a file of Karpenter are read with their day', () => {
  const { date, regions } = pricesIn(FILE);
  expect(date).toBe('2026-07-20');
  expect([...regions.keys()]).toEqual(['us-gov-east-1', 'us-gov-west-1']);
  expect(regions.get('us-gov-east-1')?.get('u-6tb1.56xlarge')).toBe(55.61);
  expect(() => pricesIn('package pricing')).toThrow('no line "generated at"');
});

test('a family is one figure where most of its types cost the same for a vCPU, with what differs or is not sold', () => {
  const sizes = ['medium', 'large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'];
  const prices = new Map(
    sizes.map((size) => [
      `c6g.${size}`,
      Number((0.0408 * (instanceType(`c6g.${size}`)?.vcpu ?? 0)).toFixed(6)),
    ]),
  );
  prices.set('c6g.medium', 0.05);
  expect(compacted(prices)).toEqual({ c6g: 0.0408, 'c6g.medium': 0.05, 'c6g.metal': null });
});

test('the file has a line for each region', () => {
  expect(print(FILE).split('\n')).toHaveLength(8);
  expect(JSON.parse(print(FILE)).regions['us-gov-west-1']).toEqual({
    date: '2026-07-20',
    usdPerHour: { 'c6g.large': 0.0815 },
  });
});
