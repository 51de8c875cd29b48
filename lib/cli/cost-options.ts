import { type Command, InvalidArgumentError } from 'commander';
import { isRegion } from '../cluster/prices';
import type { Budget } from '../cost/budget';
import type { CostChoices } from '../project/cost-settings';

/** Options that say what prices a command reckons with. */
export function addCostOptions(command: Command): Command {
  return command
    .option('--region <region>', 'AWS region of the clusters (default: what the YAML shows)', region)
    .option('--prices <file>', 'JSON of prices to reckon with: docs/cost.md (default: those of the package)')
    .option('--public-ipv4', 'nodes have a public IPv4 address where their class does not say');
}

/** Adds the most that a fleet may cost. */
export function addBudgetOption(command: Command): Command {
  return command.option(
    '--budget <amounts>',
    'exit with 1 above floor=<USD a month while no job runs>,ceiling=<USD an hour at the limits>',
    budget,
  );
}

/** Those of a command, without what nobody gave. */
export function costChoicesOf({ region, prices, publicIpv4, budget }: CostChoices): CostChoices {
  return {
    ...(region !== undefined && { region }),
    ...(prices !== undefined && { prices }),
    ...(publicIpv4 !== undefined && { publicIpv4 }),
    ...(budget !== undefined && { budget }),
  };
}

function region(text: string): string {
  if (!isRegion(text)) throw new InvalidArgumentError('It must be an AWS region, for example eu-central-1.');
  return text;
}

function budget(text: string): Budget {
  const parts = text.split(',').map((part) => /^\s*(floor|ceiling)=(\d{1,9}(?:\.\d{1,2})?)\s*$/.exec(part));
  const names = parts.map((part) => part?.[1]);
  if (names.includes(undefined) || new Set(names).size < names.length)
    throw new InvalidArgumentError('It must be floor=<USD>, ceiling=<USD>, or both with a comma between.');
  return Object.fromEntries(parts.map((part) => [part?.[1], Number(part?.[2])]));
}
