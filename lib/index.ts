/** What a fleet's owner imports: `import { synth } from 'gitlab-runner-fleet'`. */
export { synth } from './app/synth';
export type { RunnerFleetProps } from './fleet/props/fleet';
export type { RunnerProps } from './fleet/props/runner';
