/** Runners for a block that has none, or adds to some. */
const RUNNERS = "const runners: RunnerProps[] = [{ name: 'arm64-spot', arch: 'arm64', capacity: 'spot' }];";
const IMPORT = "import { type RunnerProps, synth } from 'gitlab-runner-fleet';";

/**
 * A block of a page as a whole main.ts: as it stands if it is one, or in the place that it is meant for: a runner in the list
 * of runners, a fleet in that of fleets, options in a fleet.
 */
export function programOf(block: string): string {
  if (block.includes("from 'gitlab-runner-fleet'")) return block;
  if (block.startsWith('synth(')) return `${IMPORT}\n${block}`;
  const fleet = () => {
    if (/^\{ name: '[^']*', arch: /.test(block))
      return `{ name: 'production', runners: [...runners, ${block}] }`;
    if (block.startsWith('{')) return block;
    return `{ name: 'production', ${/^runners: /m.test(block) ? '' : 'runners, '}${block} }`;
  };
  return `${IMPORT}\n\n${RUNNERS}\n\nsynth([${fleet()}]);\n`;
}
