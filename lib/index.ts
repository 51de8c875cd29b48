/** What a fleet's owner imports: `import { RunnerFleet, synth } from 'gitlab-runner-fleet'`. */
export { RunnerFleet, type RunnerFleetConstructProps, type RunnerObjects } from './app/runner-fleet';
export { synth } from './app/synth';
export { DescriptionError } from './fleet/fault';
export type * from './fleet/former-names';
export type * from './fleet/props/fleet';
export type * from './fleet/props/node-class';
export type * from './fleet/props/node-pool';
export type * from './fleet/props/runner';
