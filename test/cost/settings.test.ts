import { readPrices } from '../../lib/cost/prices-file';
import { readCostSettings } from '../../lib/cost/settings';
import { fileProblemText } from '../../lib/report/file-problem';

const FILE = '.runner-fleet.yaml';
const settingsIn = (cost: string) => readCostSettings(FILE, `silence: []\ncost:\n${cost}`);
const faultsIn = (cost: string) => settingsIn(cost).faults.map(fileProblemText);

describe('what a project says of money', () => {
  test('is read as it stands', () => {
    expect(
      settingsIn(
        '  region: eu-central-1\n  prices: prices/eu.json\n  publicIpv4: true\n  budget: { floor: 200, ceiling: 0.5 }\n',
      ),
    ).toEqual({
      settings: {
        region: 'eu-central-1',
        prices: 'prices/eu.json',
        publicIpv4: true,
        budget: { floor: 200, ceiling: 0.5 },
      },
      faults: [],
    });
  });

  test.each(['', 'silence: []\n', '{ broken', '- a list\n'])('is nothing in a file like %j', (text) => {
    expect(readCostSettings(FILE, text)).toEqual({ settings: {}, faults: [] });
  });

  test('is refused with every problem at once, each at its line with what to write', () => {
    expect(
      faultsIn(
        '  regoin: eu-central-1\n  region: Frankfurt\n  publicIpv4: "yes"\n  budget: { floor: -1, ceilling: 5 }\n',
      ),
    ).toEqual([
      `${FILE}:3: cost.regoin: unknown: there is no such setting; write region`,
      `${FILE}:4: cost.region: "Frankfurt": it is not an AWS region; write it as eu-central-1`,
      `${FILE}:5: cost.publicIpv4: "yes": it is true or false; write true`,
      `${FILE}:6: cost.budget.ceilling: unknown: there is no such setting; write ceiling`,
      `${FILE}:6: cost.budget.floor: -1: it is US dollars, as a number from 0 to 999999999; write "budget: { floor: 200, ceiling: 50 }"`,
    ]);
  });

  test.each(['5', '[]', 'null', '"floor"'])('is a table, not %s', (value) => {
    const [fault, ...others] = readCostSettings(FILE, `cost: ${value}\n`).faults;
    expect(others).toEqual([]);
    expect(fault.why).toBe('it is a table of region, prices, publicIpv4, budget');
  });

  test.each(['.inf', '1e300', '.nan'])('has no budget of %s', (usd) => {
    const [fault] = settingsIn(`  budget: { floor: ${usd} }\n`).faults;
    expect(fault.found).toBe(
      `cost.budget.floor: ${Number(usd.replace('.inf', 'Infinity').replace('.nan', 'NaN'))}`,
    );
  });

  test.each(['200', '{}', '[200, 50]'])('has no budget that is %s', (budget) => {
    expect(faultsIn(`  budget: ${budget}\n`)).toHaveLength(1);
  });

  // A merge request may change the file, and what it names is read.
  test.each(['/etc/passwd', '../secret.json', 'a/../../b', 'C:\\prices', '~/prices', '""', '5'])(
    'names no prices outside of the project: %s',
    (path) => {
      expect(faultsIn(`  prices: ${path}\n`)[0]).toContain('it is the path of a file within the project');
    },
  );
});

describe('a file of prices', () => {
  const read = (value: unknown) => readPrices('eu.json', JSON.stringify(value, undefined, 1));
  const whole = { region: 'eu-central-1', date: '2026-11-20', onDemand: { 'c6g.large': 0.0776 } };

  test('gives prices on demand, Spot where there are some, and itself as the source', () => {
    expect(read(whole).prices).toEqual({
      region: 'eu-central-1',
      date: '2026-11-20',
      source: 'the file eu.json',
      onDemand: new Map([['c6g.large', 0.0776]]),
      spot: new Map(),
    });
    const { prices } = read({ ...whole, source: 'our contract', spot: { 'c6g.large': [0.02, 0.03] } });
    expect(prices?.source).toBe('prices of eu.json: our contract');
    expect(prices?.spot).toEqual(new Map([['c6g.large', { low: 0.02, high: 0.03 }]]));
  });

  test('is refused with every problem at once, each at its line', () => {
    const { prices, faults } = read({
      region: 'Frankfurt',
      date: 'today',
      onDemand: { 'c6g.large': '0.07', 'c7g.large': 0 },
      spot: { 'c6g.large': [0.05, 0.02] },
      extra: 1,
    });
    expect(prices).toBeUndefined();
    expect(faults.map(fileProblemText).map((text) => text.replace(/; .*/, ''))).toEqual([
      'eu.json:14: extra: unknown: there are region, date, source, onDemand, spot alone',
      'eu.json:2: region: "Frankfurt": it is not an AWS region',
      'eu.json:3: date: "today": it is not the day of the prices',
      'eu.json:5: onDemand.c6g.large: "0.07": a price is US dollars an hour, as a number above 0 and up to 10000',
      'eu.json:6: onDemand.c7g.large: 0: a price is US dollars an hour, as a number above 0 and up to 10000',
      'eu.json:9: spot.c6g.large: [0.05,0.02]: a price is two numbers, the least and the most: [0.03, 0.05]',
    ]);
  });

  test.each(['2026-02-31', '9999-12-31', '2025-02-29', '2026-13-01'])(
    'is of a real day, not of %s',
    (date) => {
      expect(read({ ...whole, date }).faults.map(({ why }) => why)).toEqual([
        'it is not the day of the prices',
      ]);
    },
  );

  test('has no price above that of any type', () => {
    expect(read({ ...whole, onDemand: { 'c6a.large': 1e308 } }).faults).toHaveLength(1);
    expect(read({ ...whole, onDemand: { 'c6a.large': 10_000 } }).faults).toEqual([]);
  });

  test('says a price once: of two, readers take the first and programs the last', () => {
    const text = JSON.stringify(whole).replace('{"c6g.large"', '{"c6g.large":9,"c6g.\\u006carge"');
    expect(readPrices('eu.json', text).faults.map(fileProblemText)).toEqual([
      'eu.json:1: "c6g.large" twice: a key stands once; remove one',
    ]);
  });

  test('of many wrong prices names five, and says how many more there are', () => {
    const onDemand = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`c${index}.large`, -1]));
    const { faults } = read({ ...whole, onDemand });
    expect(faults).toHaveLength(5);
    expect(faults[4].found).toContain('4 more are wrong');
  });

  test.each([
    ['text that is not JSON', '{ region: eu }', 'not JSON'],
    ['a list', '[]', '[]'],
    ['nothing', 'null', 'null'],
    [
      'types that do not exist',
      JSON.stringify({ ...whole, onDemand: { large: 1 } }),
      'no known instance type',
    ],
    ['no type', JSON.stringify({ ...whole, onDemand: {} }), 'no known instance type'],
  ])('is refused where it is %s', (_, text, found) => {
    const { prices, faults } = readPrices('eu.json', text);
    expect(prices).toBeUndefined();
    expect(faults.map((fault) => fault.found).join()).toContain(found);
  });
});
