import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SILENCE_FILE } from '../checks/silence-file';
import type { PriceSettings } from '../cluster/prices';
import { UnreadableFolder } from '../cluster/read-folder';
import type { Budget } from '../cost/budget';
import { readPrices } from '../cost/prices-file';
import { type CostSettings, readCostSettings } from '../cost/settings';
import type { RegionPrices } from '../karpenter/region-prices';
import type { FileLine, Problem } from '../problem';

/** What a command says of money besides the project's settings; it comes first. */
export interface CostChoices {
  readonly region?: string;
  /** Path of a file of prices, from the working folder. */
  readonly prices?: string;
  readonly publicIpv4?: boolean;
  readonly budget?: Budget;
}

/** What project and command say of money, read. */
export interface LoadedCostSettings {
  readonly money: PriceSettings;
  readonly budget: Budget;
  readonly faults: readonly Problem<FileLine>[];
}

/**
 * What the settings of the working folder, and a command, say of money.
 *
 * @param named another file of settings than that of the working folder
 * @throws UnreadableFolder for a file that is named and can't be read
 */
export function loadCostSettings(choices: CostChoices = {}, named?: string): LoadedCostSettings {
  const file = named ?? SILENCE_FILE;
  const isThere = named !== undefined || existsSync(file);
  const { settings, faults } = isThere
    ? readCostSettings(file, textOfFile(file))
    : { settings: {} as CostSettings, faults: [] };
  const region = choices.region ?? settings.region;
  const publicIpv4 = choices.publicIpv4 ?? settings.publicIpv4;
  const { prices, faults: unreadable } = pricesOf(choices.prices, settings.prices, file);
  return {
    money: {
      ...(region !== undefined && { region }),
      ...(prices !== undefined && { prices }),
      ...(publicIpv4 !== undefined && { publicIpv4 }),
    },
    budget: { ...settings.budget, ...choices.budget },
    faults: [...faults, ...unreadable],
  };
}

function pricesOf(
  chosen: string | undefined,
  set: string | undefined,
  settings: string,
): { readonly prices?: RegionPrices; readonly faults: readonly Problem<FileLine>[] } {
  if (chosen !== undefined) return withoutNothing(readPrices(chosen, textOfFile(chosen)));
  if (set === undefined) return { faults: [] };
  const file = join(dirname(settings), set);
  // A merge request may bring the link as well as the setting.
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink())
    throw new UnreadableFolder(`${file} is a link: cost.prices names the file itself.`);
  return withoutNothing(readPrices(file, textOfFile(file)));
}

function withoutNothing({ prices, faults }: ReturnType<typeof readPrices>) {
  return { ...(prices !== undefined && { prices }), faults };
}

function textOfFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new UnreadableFolder(`${file} can not be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
