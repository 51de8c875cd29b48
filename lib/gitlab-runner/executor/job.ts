import type { KubernetesTable } from '../config/toml';

/** What a job brings that matters for its pod. */
export interface Job {
  readonly image?: string;
  readonly services?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Seconds; GitLab's default is an hour. */
  readonly timeoutSeconds?: number;
}

/** The executor makes no pod, or one that the API server refuses; the job fails for this reason. */
export interface RefusedJob {
  readonly refused: 'script_failure' | 'runner_system_failure';
  readonly message: string;
}

/** Carries a refusal out of the steps of a derivation; `jobPod` turns it into a value. */
export class Refusal extends Error {
  constructor(
    readonly refused: RefusedJob['refused'],
    message: string,
  ) {
    super(message);
  }
}

/** A key of the table that is a text. */
export function textOf(kubernetes: KubernetesTable, key: string): string | undefined {
  const value = (kubernetes as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : undefined;
}
