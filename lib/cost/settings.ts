import { FileLines } from '../cluster/lines';
import { isRegion } from '../cluster/prices';
import { readYaml } from '../cluster/read-yaml';
import type { FileLine, Problem } from '../problem';
import { fieldsOf, isTable } from '../values/record';
import { nearestName } from '../values/suggest';
import type { Budget } from './budget';

/** The key of a project's settings that is about money. */
export const COST_KEY = 'cost';

/** What a project says of money. */
export interface CostSettings {
  /** AWS region of its clusters. @default what the manifests show */
  readonly region?: string;
  /** Path of a file of prices, from the settings. @default the prices of the package */
  readonly prices?: string;
  /** Whether nodes have a public IPv4 address where their class does not say. @default false */
  readonly publicIpv4?: boolean;
  readonly budget?: Budget;
}

/** Settings, and what is wrong with them. */
export interface ReadCostSettings {
  readonly settings: CostSettings;
  readonly faults: readonly Problem<FileLine>[];
}

/** Why a value can't be used. */
interface ValueFault {
  readonly path: readonly string[];
  readonly found: string;
  readonly why: string;
  readonly fix: string;
}

const KEYS = ['region', 'prices', 'publicIpv4', 'budget'];
const BUDGET_KEYS = ['floor', 'ceiling'];

/** Reads what a file of settings says under `cost`; YAML that does not parse says nothing, since the whole file is refused then. */
export function readCostSettings(file: string, text: string): ReadCostSettings {
  const said = saidIn(text);
  if (said === undefined) return { settings: {}, faults: [] };
  const lines = new FileLines(text);
  const faults = faultsOf(said).map(
    ({ path, found, why, fix }): Problem<FileLine> => ({
      id: 'cost-settings',
      severity: 'error',
      at: { file, line: lines.lineOf(0, [COST_KEY, ...path]) },
      found: [COST_KEY, ...path].join('.').concat(`: ${found}`),
      why,
      fix,
    }),
  );
  if (faults.length > 0) return { settings: {}, faults };
  return { settings: fieldsOf(said) as CostSettings, faults };
}

function saidIn(text: string): unknown {
  try {
    return fieldsOf(readYaml(text).documents[0])[COST_KEY];
  } catch {
    return undefined;
  }
}

function faultsOf(said: unknown): readonly ValueFault[] {
  if (!isTable(said)) {
    const fix = 'write "cost: { budget: { floor: 200, ceiling: 50 } }"';
    return [{ path: [], found: shown(said), why: `it is a table of ${KEYS.join(', ')}`, fix }];
  }
  const { region, prices, publicIpv4, budget } = said;
  return [
    ...unknownKeys(said, KEYS, []),
    ...(region === undefined || (typeof region === 'string' && isRegion(region))
      ? []
      : [regionFault(region)]),
    ...(prices === undefined ? [] : pathFaults(prices)),
    ...(publicIpv4 === undefined || typeof publicIpv4 === 'boolean'
      ? []
      : [{ path: ['publicIpv4'], found: shown(publicIpv4), why: 'it is true or false', fix: 'write true' }]),
    ...(budget === undefined ? [] : budgetFaults(budget)),
  ];
}

function regionFault(region: unknown): ValueFault {
  const fix = 'write it as eu-central-1';
  return { path: ['region'], found: shown(region), why: 'it is not an AWS region', fix };
}

/** A merge request may change the file: what it names has to be part of the project. */
function pathFaults(path: unknown): readonly ValueFault[] {
  const text = typeof path === 'string' ? path : '';
  const isWithin = text !== '' && !/^[/\\~]|^[a-z]:/i.test(text) && !text.split(/[/\\]/).includes('..');
  if (isWithin) return [];
  const why = 'it is the path of a file within the project, from the folder of the settings';
  return [{ path: ['prices'], found: shown(path), why, fix: 'write it as prices/eu-central-1.json' }];
}

function budgetFaults(budget: unknown): readonly ValueFault[] {
  const fix = 'write "budget: { floor: 200, ceiling: 50 }"';
  const why = 'it is a table of floor (USD a month) and ceiling (USD an hour)';
  if (!isTable(budget) || Object.keys(budget).length === 0)
    return [{ path: ['budget'], found: shown(budget), why, fix }];
  return [
    ...unknownKeys(budget, BUDGET_KEYS, ['budget']),
    ...BUDGET_KEYS.flatMap((key) => {
      const { [key]: usd } = budget;
      if (usd === undefined || isAmount(usd)) return [];
      return [
        {
          path: ['budget', key],
          found: shown(usd),
          why: 'it is US dollars, as a number from 0 to 999999999',
          fix,
        },
      ];
    }),
  ];
}

/** Most US dollars of a budget: what `--budget` takes too. */
const MOST_USD = 999_999_999;

/** Whether a value is an amount of money, US dollars. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MOST_USD;
}

function unknownKeys(
  table: Readonly<Record<string, unknown>>,
  known: readonly string[],
  path: readonly string[],
): readonly ValueFault[] {
  return Object.keys(table)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = nearestName(key, known);
      const fix = near === undefined ? `remove it; there are ${known.join(', ')}` : `write ${near}`;
      return { path: [...path, key], found: 'unknown', why: 'there is no such setting', fix };
    });
}

/** A value as a message shows it. */
function shown(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
}
