/**
 * Names that types of descriptions had before 0.2. Each works for one minor version more, so that an upgrade compiles.
 */
import type { FargateProps, NetworkProps, RunnerFleetProps, TokensProps } from './props/fleet';
import type { NodeClassProps, RootVolumeProps } from './props/node-class';
import type { NodePoolProps } from './props/node-pool';
import type { PrewarmProps, RunnerProps, RunnerTokenProps, S3CacheProps } from './props/runner';

/** @deprecated since 0.2, removed in 0.4: write RunnerFleetProps */
export type FleetDescription = RunnerFleetProps;
/** @deprecated since 0.2, removed in 0.4: write RunnerProps */
export type RunnerDescription = RunnerProps;
/** @deprecated since 0.2, removed in 0.4: write RunnerTokenProps */
export type RunnerTokenDescription = RunnerTokenProps;
/** @deprecated since 0.2, removed in 0.4: write NodePoolProps */
export type NodePoolDescription = NodePoolProps;
/** @deprecated since 0.2, removed in 0.4: write NodeClassProps */
export type NodeClassDescription = NodeClassProps;
/** @deprecated since 0.2, removed in 0.4: write RootVolumeProps */
export type RootVolumeDescription = RootVolumeProps;
/** @deprecated since 0.2, removed in 0.4: write TokensProps */
export type TokensDescription = TokensProps;
/** @deprecated since 0.2, removed in 0.4: write FargateProps */
export type FargateDescription = FargateProps;
/** @deprecated since 0.2, removed in 0.4: write NetworkProps */
export type NetworkDescription = NetworkProps;
/** @deprecated since 0.2, removed in 0.4: write PrewarmProps */
export type PrewarmDescription = PrewarmProps;
/** @deprecated since 0.2, removed in 0.4: write S3CacheProps */
export type S3CacheDescription = S3CacheProps;
