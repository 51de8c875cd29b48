import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';

/**
 * A fleet that a company ran with the Helm chart, `source.toml` in its folder, as it is described here; `nodes.yaml` has pools
 * of others. Sources are reduced to what decides about pods and have other names.
 */
export interface Configuration {
  readonly fleet: RunnerFleetProps;
  /** Warnings of the proof that stay, by their rule, and why. */
  readonly warns?: Readonly<Record<string, string>>;
  /** How job pods differ from those of the source, by runner. */
  readonly differs: Readonly<Record<string, readonly Difference[]>>;
}

/** Fields of a job pod that differ for one reason, as `compare.ts` writes them. */
export interface Difference {
  readonly why: string;
  readonly fields: readonly string[];
}
