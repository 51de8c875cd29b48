import { readFileSync, writeFileSync } from 'node:fs';
import { optionsPage, readOptions } from './options-page';

/** Writes docs/options.md from the docstrings of the descriptions. */
export const DESCRIPTIONS = ['fleet', 'runner', 'node-pool', 'node-class'].map(
  (noun) => `model/${noun}-description.ts`,
);
export const PAGE = 'docs/options.md';

if (require.main === module) {
  writeFileSync(PAGE, optionsPage(DESCRIPTIONS.flatMap((file) => readOptions(readFileSync(file, 'utf8')))));
}
