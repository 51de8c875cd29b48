import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, posix, relative, resolve, sep } from 'node:path';
import { SILENCE_FILE } from '../checks/silence-file';
import type { PriceSettings } from '../cluster/prices';
import { readPrices } from '../cost/prices-file';
import { readCostSettings } from '../cost/settings';
import type { CostSaid } from '../diff/cost-settings';
import type { CostChoices } from '../project/cost-settings';
import { type Comparison, git } from './git';

/** What both sides of a comparison say of money. */
export interface CostOfSides {
  readonly before: CostSaid;
  readonly after: CostSaid;
  /** What figures of both sides are made of: the options, else what the base says. */
  readonly money: PriceSettings;
}

/** Reads it; what does not parse at the base says nothing there, and what does not parse in the working tree was refused before. */
export function costOfSides({ base, head, place }: Comparison, choices: CostChoices): CostOfSides {
  const [before, after] = [base, head].map((commit) => said(sideOf(commit, place), choices, place));
  // A file that the base does not have yet is the only one that the option can mean.
  const file = before.prices ?? (choices.prices === undefined ? undefined : after.prices);
  const prices = file && readPrices(file.file, file.text).prices;
  const region = choices.region ?? before.region;
  const publicIpv4 = choices.publicIpv4 ?? before.publicIpv4;
  const money = {
    ...(region !== undefined && { region }),
    ...(prices !== undefined && { prices }),
    ...(publicIpv4 !== undefined && { publicIpv4 }),
  };
  return { before, after, money };
}

type Place = Comparison['place'];

/** Reads a file by its path from the top of the repository; undefined where there is none. */
type ReadText = (path: string) => string | undefined;

function sideOf(commit: string | undefined, { top }: Place): ReadText {
  if (commit !== undefined) return (path) => textAt(commit, path);
  return (path) => {
    const file = join(top, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
}

function said(read: ReadText, choices: CostChoices, place: Place): CostSaid {
  const settings = read(posix.join(place.prefix, SILENCE_FILE));
  const { prices, ...cost } = settings === undefined ? {} : readCostSettings(SILENCE_FILE, settings).settings;
  const { file, text } = pricesIn(read, choices.prices, prices, place);
  return {
    ...cost,
    budget: cost.budget ?? {},
    ...(file !== undefined && text !== undefined && { prices: { file, text } }),
  };
}

function pricesIn(read: ReadText, chosen: string | undefined, set: string | undefined, place: Place) {
  if (chosen === undefined)
    return { file: set, text: set === undefined ? undefined : read(posix.join(place.prefix, set)) };
  const path = fromTop(chosen, place);
  // What is not in the repository is the same on both sides.
  return { file: chosen, text: path === undefined ? readFileSync(chosen, 'utf8') : read(path) };
}

/** A path from the top of the repository; undefined for one that is outside of it. */
function fromTop(file: string, { top }: Place): string | undefined {
  const whole = join(realpathSync(dirname(resolve(file))), basename(file));
  const path = relative(realpathSync(top), whole).split(sep).join('/');
  return path.startsWith('../') ? undefined : path;
}

/** The text of a file at a commit; undefined where it is not there, or is a link. */
function textAt(commit: string, path: string): string | undefined {
  const { stdout } = git('ls-tree', '-z', '--full-tree', commit, '--', path);
  const id = /^100\d+ blob (\w+)\t/.exec(stdout)?.[1];
  return id === undefined ? undefined : git('cat-file', 'blob', id).stdout;
}
