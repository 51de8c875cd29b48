import { readFileSync, writeFileSync } from 'node:fs';
import { optionsPage, readOptions, readTypes } from './options-page';

/** Writes docs/options.md from the docstrings of the descriptions. */
export const DESCRIPTIONS = [
  ...['fleet', 'runner', 'node-pool', 'node-class'].map((noun) => `lib/fleet/props/${noun}.ts`),
  'lib/fleet/config-overrides.ts',
];
/** What holds types that options name, and no options. */
const TYPES = ['lib/fleet/patches.ts'];
export const PAGE = 'docs/options.md';

/** The page as the docstrings are now. */
export function currentPage(): string {
  const sources = DESCRIPTIONS.map((file) => readFileSync(file, 'utf8'));
  const types = [...sources, ...TYPES.map((file) => readFileSync(file, 'utf8'))].flatMap(readTypes);
  return optionsPage(sources.flatMap(readOptions), types);
}

if (require.main === module) {
  writeFileSync(PAGE, currentPage());
}
