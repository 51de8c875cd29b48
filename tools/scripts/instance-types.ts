/**
 * Rebuilds `karpenter/instance-types.json` out of what EC2 itself says. Reads files only and prints the catalogue.
 *
 *     aws ec2 describe-instance-types --region eu-central-1 --output json > describe.json
 *     node build/test/tools/scripts/instance-types.js --describe describe.json [--describe other-region.json] \
 *       [--prices prices.json] --date 2026-11-23 --region eu-central-1 > karpenter/instance-types.json
 *
 * `--prices` is `{ "m5.large": 0.096, ... }`: US dollars per hour, Linux, on demand, in `--region`. Without it the
 * prices of the present catalogue stay. The present catalogue is the compiled one, so printing over its
 * source is safe; where an input is refused, `git restore karpenter/instance-types.json` brings it back.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  CATALOGUE_FILE,
  type CatalogueFile,
  type Cell,
  decodeCatalogue,
  type InstanceType,
} from '../../lib/karpenter/instance-types';
import { isTable } from '../../lib/values/record';
import { type Facts, factsOf, type InstanceTypeInfo, isUsable } from './instance-type-info';

/** What a new catalogue is made of. */
export interface Input {
  /** Items of one or more regions; of a type that several regions have, the first one counts. */
  readonly described: readonly InstanceTypeInfo[];
  /** US dollars per hour by type, or undefined to keep the present ones. */
  readonly prices?: Readonly<Record<string, number>>;
  /** Day of the input, `2026-11-23`. */
  readonly date: string;
  /** AWS region of the prices. */
  readonly region: string;
}

const BANDWIDTH = 'karpenter.k8s.aws/instance-network-bandwidth';
const PRICE = 'onDemandUsdPerHour';

/** A catalogue out of EC2's answers, with what EC2 does not say taken from the present one. */
export function rebuild(input: Input, present: CatalogueFile): CatalogueFile {
  const known = new Map(decodeCatalogue(present).map((type) => [type.name, type]));
  const first = new Map(
    input.described
      .filter(isUsable)
      .reverse()
      .map((info) => [info.InstanceType, info]),
  );
  const rows = [...first.keys()].sort().map((name) => {
    const info = first.get(name) as InstanceTypeInfo;
    const price = input.prices ? input.prices[name] : known.get(name)?.onDemandUsdPerHour;
    return cells(
      { ...factsOf(info), [BANDWIDTH]: bandwidth(known.get(name)), [PRICE]: price },
      present.columns,
    );
  });
  return {
    source: 'aws ec2 describe-instance-types',
    tag: present.tag,
    date: input.date,
    priceRegion: input.prices ? input.region : present.priceRegion,
    priceDate: input.prices ? input.date : present.priceDate,
    columns: present.columns,
    rows,
  };
}

/** The text of the catalogue file: one line per type, so that a diff shows which types came, went or changed. */
export function print({ columns, rows, ...facts }: CatalogueFile): string {
  const head = Object.entries({ ...facts, columns }).map(
    ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  return `{\n${head.join(',\n')},\n"rows": [\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n}\n`;
}

/** Runs the command: the catalogue to print and a line about it. Throws an Error that says what to give instead. */
export function run(args: readonly string[]): { readonly catalogue: string; readonly note: string } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      describe: { type: 'string', multiple: true },
      prices: { type: 'string' },
      date: { type: 'string' },
      region: { type: 'string' },
    },
  });
  const { describe = [], prices, date = '', region } = values;
  if (describe.length === 0)
    throw new Error('--describe <file> is missing: output of aws ec2 describe-instance-types');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date))
    throw new Error(`--date ${date}: need the day of the input, 2026-11-23`);
  if (!region) throw new Error('--region is missing: the AWS region of the prices, us-east-1');
  const input: Input = {
    described: describe.flatMap(readDescribed),
    prices: prices === undefined ? undefined : readPrices(prices),
    date,
    region,
  };
  const catalogue = rebuild(input, CATALOGUE_FILE);
  return { catalogue: print(catalogue), note: noteOn(catalogue, CATALOGUE_FILE) };
}

function noteOn(catalogue: CatalogueFile, present: CatalogueFile): string {
  const now = decodeCatalogue(catalogue);
  const names = new Set(now.map((type) => type.name));
  const gone = decodeCatalogue(present).filter((type) => !names.has(type.name)).length;
  const priced = now.filter((type) => type.onDemandUsdPerHour !== undefined).length;
  const noBandwidth = now.filter((type) => type.labels[BANDWIDTH] === undefined).length;
  return (
    `${now.length} types, ${priced} prices of ${catalogue.priceRegion} from ${catalogue.priceDate}; ` +
    `${noBandwidth} types without network bandwidth; ${gone} types of the present catalogue left out`
  );
}

function bandwidth(type: InstanceType | undefined): Cell {
  // Karpenter takes this label from a table of its own release (zz_generated.bandwidth.go), not from the API: a type
  // that the table lacks has no such label.
  const text = type?.labels[BANDWIDTH];
  return text === undefined ? null : Number(text);
}

function cells(facts: Facts, columns: readonly string[]): Cell[] {
  const row = columns.map((column) => facts[column] ?? null);
  while (row.at(-1) === null) row.pop();
  return row;
}

function readDescribed(path: string): InstanceTypeInfo[] {
  const json = readJson(path) as { readonly InstanceTypes?: unknown } | null;
  if (!Array.isArray(json?.InstanceTypes)) {
    throw new Error(`${path}: no list InstanceTypes. Need: aws ec2 describe-instance-types --output json`);
  }
  for (const [at, item] of json.InstanceTypes.entries()) {
    const lacking = ['InstanceType', 'VCpuInfo', 'MemoryInfo', 'ProcessorInfo', 'NetworkInfo'].find(
      (key) => !item?.[key],
    );
    if (lacking) throw new Error(`${path}: InstanceTypes[${at}] has no ${lacking}; was --query used?`);
  }
  return json.InstanceTypes;
}

function readPrices(path: string): Record<string, number> {
  const json = readJson(path);
  const wrong =
    isTable(json) && Object.entries(json).find(([, price]) => !(typeof price === 'number' && price > 0));
  if (!isTable(json) || wrong) {
    const found = wrong
      ? `found ${JSON.stringify(wrong[0])}: ${JSON.stringify(wrong[1])}`
      : 'found something else';
    throw new Error(`${path}: need US dollars per hour by type, { "m5.large": 0.096, ... }; ${found}`);
  }
  return json as Record<string, number>;
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${path}: cannot be read (${(error as Error).message})`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}: not JSON (${(error as Error).message})`);
  }
}

if (require.main === module) {
  try {
    const { catalogue, note } = run(process.argv.slice(2));
    process.stdout.write(catalogue);
    console.error(note);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
  }
}
