import { FileLines } from '../cluster/lines';
import { isRegion } from '../cluster/prices';
import { instanceType } from '../karpenter/instance-types';
import type { RegionPrices, SpotRange } from '../karpenter/region-prices';
import type { FileLine, Problem } from '../problem';
import { fieldsOf, isTable } from '../values/record';
import { isAmount } from './settings';

/** Prices, or what is wrong with their file. */
export interface ReadPrices {
  readonly prices: RegionPrices | undefined;
  readonly faults: readonly Problem<FileLine>[];
}

/** Most faults of one kind that are named one by one. */
const MOST_NAMED = 5;

const SHAPE =
  'write { "region": "eu-central-1", "date": "2026-11-20", "onDemand": { "m7g.large": 0.0979 }, "spot": { "m7g.large": [0.03, 0.05] } }';

interface ValueFault {
  readonly path: readonly string[];
  readonly found: string;
  readonly why: string;
  readonly fix: string;
}

/**
 * Reads a file of prices: region, day, US dollars an hour by type on demand, and where there are some, the least and the most on
 * Spot. Every problem at once.
 *
 * @param file its name, for messages and as the source of the prices where it names none
 */
export function readPrices(file: string, text: string): ReadPrices {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return {
      prices: undefined,
      faults: [
        faultAt(file, 1, { path: [], found: 'not JSON', why: 'prices are read from JSON', fix: SHAPE }),
      ],
    };
  }
  const faults = [...duplicateFaults(text), ...faultsOf(said)];
  if (faults.length > 0) {
    const lines = new FileLines(text);
    return {
      prices: undefined,
      faults: faults.map((fault) => faultAt(file, lines.lineOf(0, fault.path), fault)),
    };
  }
  const { region, date, source, onDemand, spot } = fieldsOf(said);
  const ranges = Object.entries(fieldsOf(spot)).map(([type, range]): [string, SpotRange] => {
    const [low, high] = range as readonly [number, number];
    return [type, { low, high }];
  });
  const prices = {
    region: String(region),
    date: String(date),
    // Who reads it has to see that it is the file that says so.
    source: source === undefined ? `the file ${file}` : `prices of ${file}: ${source}`,
    onDemand: new Map(Object.entries(fieldsOf(onDemand) as Readonly<Record<string, number>>)),
    spot: new Map(ranges),
  };
  return { prices, faults: [] };
}

function faultAt(file: string, line: number, { path, found, why, fix }: ValueFault): Problem<FileLine> {
  const place = path.length > 0 ? `${path.join('.')}: ` : '';
  return { id: 'prices-file', severity: 'error', at: { file, line }, found: `${place}${found}`, why, fix };
}

/** Keys that stand twice in a table of valid JSON: the last one would hold, and people read the first. */
function duplicateFaults(text: string): readonly ValueFault[] {
  const tables: Set<string>[] = [];
  const found: ValueFault[] = [];
  for (const [token, , colon] of text.matchAll(/"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?|[{}]/g)) {
    if (token === '{') tables.push(new Set());
    else if (token === '}') tables.pop();
    else if (colon !== undefined) {
      const key = String(JSON.parse(token.slice(0, -colon.length)));
      const keys = tables.at(-1);
      if (keys?.has(key) && found.length < MOST_NAMED)
        found.push({ path: [], found: `${shown(key)} twice`, why: 'a key stands once', fix: 'remove one' });
      keys?.add(key);
    }
  }
  return found;
}

function faultsOf(said: unknown): readonly ValueFault[] {
  if (!isTable(said)) return [{ path: [], found: shown(said), why: 'prices are a table', fix: SHAPE }];
  const known = ['region', 'date', 'source', 'onDemand', 'spot'];
  return [
    ...Object.keys(said)
      .filter((key) => !known.includes(key))
      .slice(0, MOST_NAMED)
      .map((key) => ({
        path: [key],
        found: 'unknown',
        why: `there are ${known.join(', ')} alone`,
        fix: SHAPE,
      })),
    ...textFaults(said),
    ...onDemandFaults(said.onDemand),
    ...(said.spot === undefined
      ? []
      : tableFaults('spot', said.spot, isRange, 'two numbers, the least and the most: [0.03, 0.05]')),
  ];
}

function textFaults({ region, date, source }: Readonly<Record<string, unknown>>): readonly ValueFault[] {
  const isText = (value: unknown): value is string => typeof value === 'string';
  return [
    ...(isText(region) && isRegion(region)
      ? []
      : [
          {
            path: ['region'],
            found: shown(region),
            why: 'it is not an AWS region',
            fix: 'write it as "eu-central-1"',
          },
        ]),
    ...(isText(date) && isDay(date)
      ? []
      : [
          {
            path: ['date'],
            found: shown(date),
            why: 'it is not the day of the prices',
            fix: 'write it as "2026-11-20"',
          },
        ]),
    ...(source === undefined || (isText(source) && /^\P{Cc}{1,120}$/u.test(source))
      ? []
      : [
          {
            path: ['source'],
            found: shown(source),
            why: 'it is a text of up to 120 characters',
            fix: 'write it as "AWS price list"',
          },
        ]),
  ];
}

/** Whether it is a day of the calendar, in the time of EC2. */
function isDay(text: string): boolean {
  if (!/^20\d\d-\d\d-\d\d$/.test(text)) return false;
  const [year, month, day] = text.split('-').map(Number);
  const february = year % 4 === 0 ? 29 : 28;
  const days = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}

function onDemandFaults(onDemand: unknown): readonly ValueFault[] {
  const faults = tableFaults(
    'onDemand',
    onDemand,
    isPrice,
    'US dollars an hour, as a number above 0 and up to 10000',
  );
  const isNone = isTable(onDemand) && !Object.keys(onDemand).some((name) => instanceType(name) !== undefined);
  if (faults.length > 0 || !isNone) return faults;
  return [
    { path: ['onDemand'], found: 'no known instance type', why: 'prices are by instance type', fix: SHAPE },
  ];
}

function tableFaults(
  key: string,
  table: unknown,
  isValid: (value: unknown) => boolean,
  rule: string,
): readonly ValueFault[] {
  if (!isTable(table))
    return [{ path: [key], found: shown(table), why: 'it is a table by instance type', fix: SHAPE }];
  const wrong = Object.entries(table).filter(([, value]) => !isValid(value));
  const named = wrong.slice(0, MOST_NAMED).map(([type, value], index) => {
    const more =
      index === MOST_NAMED - 1 && wrong.length > MOST_NAMED
        ? `; ${wrong.length - MOST_NAMED} more are wrong`
        : '';
    return {
      path: [key, type],
      found: `${shown(value)}${more}`,
      why: `a price is ${rule}`,
      fix: 'correct it, or leave the type out',
    };
  });
  return named;
}

/** More than any type costs, US dollars an hour. */
const MOST_USD = 10_000;

function isPrice(value: unknown): boolean {
  return isAmount(value) && value > 0 && value <= MOST_USD;
}

function isRange(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [low, high] = value;
  return isPrice(low) && isPrice(high) && low <= high;
}

/** A value as a message shows it. */
function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
}
