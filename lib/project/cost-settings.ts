import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { dirname, join, normalize } from 'node:path';
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
  if (chosen !== undefined) return withoutNothing(readPrices(chosen, textOfPrices(chosen)));
  if (set === undefined) return { faults: [] };
  const file = join(dirname(settings), set);
  // A merge request may bring a link as well as the setting, also as a folder on the way.
  if (existsSync(file) && realpathSync(file) !== join(realpathSync(dirname(settings)), normalize(set)))
    throw new UnreadableFolder(`${file} is a link, or leads through one: cost.prices names the file itself.`);
  return withoutNothing(readPrices(file, textOfPrices(file)));
}

function withoutNothing({ prices, faults }: ReturnType<typeof readPrices>) {
  return { ...(prices !== undefined && { prices }), faults };
}

/** Most bytes of a file of prices: those of all types have a tenth of it. */
const MOST_BYTES = 5_000_000;

/** A file of prices as it stands. @throws UnreadableFolder for a device, or one that is too large */
function textOfPrices(file: string): string {
  return orUnreadable(file, () => {
    const opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!fstatSync(opened).isFile())
        throw new UnreadableFolder(`${file} is not a file: name the JSON of prices itself.`);
      const bytes = Buffer.alloc(MOST_BYTES + 1);
      const length = readWhole(opened, bytes);
      if (length > MOST_BYTES)
        throw new UnreadableFolder(`${file} is larger than 5 MB, and prices of all types are not.`);
      return bytes.toString('utf8', 0, length);
    } finally {
      closeSync(opened);
    }
  });
}

/** Fills a buffer as far as a file goes, and says how far that is. */
function readWhole(opened: number, bytes: Buffer): number {
  let length = 0;
  for (;;) {
    const read = readSync(opened, bytes, length, bytes.length - length, null);
    length += read;
    if (read === 0 || length === bytes.length) return length;
  }
}

function textOfFile(file: string): string {
  return orUnreadable(file, () => readFileSync(file, 'utf8'));
}

function orUnreadable(file: string, read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new UnreadableFolder(`${file} can not be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
