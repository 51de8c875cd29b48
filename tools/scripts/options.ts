import { readFileSync, writeFileSync } from 'node:fs';
import { optionsPage, readOptions, readTypes } from './options-page';
import { optionShapes, printTypes } from './options-shape';

/** Writes docs/options.md and the shape of a fleet from the interfaces of the descriptions. */
export const DESCRIPTIONS = [
  ...[
    'fleet',
    'gitlab-ca',
    'network',
    'proxy',
    'runner',
    'runner-token',
    'prewarm',
    'cache',
    'volumes',
    'job',
    'containers',
    'docker-in-docker',
    'job-service-account',
    'node-pool',
    'node-class',
    'auto-mode-class',
    'selector-terms',
    'kubelet',
    'registry-mirror',
    'existing-nodes',
    'namespace',
    'orphan-cleanup',
    'manager',
    'session-server',
    'monitoring',
  ].map((noun) => `lib/fleet/props/${noun}.ts`),
  'lib/fleet/config-overrides.ts',
];
/** What holds types that options name, and no options. */
const TYPES = ['lib/fleet/patches.ts'];
export const PAGE = 'docs/options.md';
export const SHAPES = 'lib/fleet/props/shapes.json';

const read = (file: string) => readFileSync(file, 'utf8');
const groups = () => DESCRIPTIONS.map(read).flatMap(readOptions);
const types = () => [...DESCRIPTIONS, ...TYPES].map(read).flatMap(readTypes);

/** The page as the docstrings are now. */
export function currentPage(): string {
  return optionsPage(groups(), types());
}

/** The shapes as the interfaces are now. */
export function currentShapes(): string {
  return `${printTypes(optionShapes(groups(), types()), '')}\n`;
}

if (require.main === module) {
  writeFileSync(PAGE, currentPage());
  writeFileSync(SHAPES, currentShapes());
}
