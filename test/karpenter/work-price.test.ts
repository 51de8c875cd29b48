import fc from 'fast-check';
import { saving, usdPerWork } from '../../lib/karpenter/work-price';
import { clipTable, MEASURED } from '../../tools/scripts/clip-costs';

/** Prices of an hour as they were when the clips were measured, and what was published for each clip. */
const PUBLISHED = [
  { type: 'vt1.3xlarge', usdPerHour: 0.65, usd4k: 0.002605, usd1080p: 0.0883 },
  { type: 'c5.9xlarge', usdPerHour: 1.53, usd4k: 0.01298, usd1080p: 0.3599 },
  { type: 'c6i.8xlarge', usdPerHour: 1.22, usd4k: 0.009145, usd1080p: 0.2577 },
];

const costs = PUBLISHED.map(({ usdPerHour }, index) => ({
  usd4k: usdPerWork(usdPerHour, MEASURED[index].seconds4k),
  usd1080p: usdPerWork(usdPerHour, MEASURED[index].seconds1080p),
}));

test.each(PUBLISHED.map((one, index) => [one.type, one, costs[index]] as const))(
  'a clip on %s costs what was published, within the rounding of a price for a second',
  (_, { usd4k, usd1080p }, own) => {
    for (const ratio of [own.usd4k / usd4k, own.usd1080p / usd1080p]) {
      expect(ratio).toBeGreaterThan(0.985);
      expect(ratio).toBeLessThan(1.015);
    }
  },
);

test('the accelerator saves the published shares of money and time', () => {
  const [vt1, c5, c6i] = costs;
  expect(saving(vt1.usd4k, c5.usd4k)).toBeCloseTo(0.7993, 2);
  expect(saving(vt1.usd4k, c6i.usd4k)).toBeCloseTo(0.7151, 2);
  expect(saving(vt1.usd1080p, c5.usd1080p)).toBeCloseTo(0.7547, 2);
  expect(saving(vt1.usd1080p, c6i.usd1080p)).toBeCloseTo(0.6574, 2);
  expect(saving(MEASURED[0].seconds4k, MEASURED[1].seconds4k)).toBeCloseTo(0.5204, 4);
  expect(saving(MEASURED[0].seconds4k, MEASURED[2].seconds4k)).toBeCloseTo(0.465, 4);
  expect(saving(MEASURED[0].seconds1080p, MEASURED[1].seconds1080p)).toBeCloseTo(0.4137, 4);
  expect(saving(MEASURED[0].seconds1080p, MEASURED[2].seconds1080p)).toBeCloseTo(0.3564, 4);
});

test('work side by side shares the price of its instance', () => {
  const some = fc.double({ min: 0.01, max: 1000, noNaN: true });
  fc.assert(
    fc.property(some, some, fc.integer({ min: 1, max: 64 }), (usdPerHour, seconds, atOnce) => {
      const shared = usdPerWork(usdPerHour, seconds, atOnce) * atOnce;
      expect(shared / usdPerWork(usdPerHour, seconds)).toBeCloseTo(1, 9);
      expect(usdPerWork(usdPerHour, 3600)).toBeCloseTo(usdPerHour, 9);
    }),
  );
});

test('the table takes prices of today: one of the three has risen since', () => {
  expect(clipTable()).toContain('| vt1.3xlarge | 0.65 | 14.5 | 0.00261 | 491 | 0.0886 | - |');
  expect(clipTable()).toContain('| c6i.8xlarge | 1.36 |');
});
