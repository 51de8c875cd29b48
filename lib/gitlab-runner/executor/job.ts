import type { KubernetesTable } from '../config/toml';

/** What a job brings that matters for its pod. */
export interface Job {
  readonly image?: string;
  /** `image:kubernetes:user`: a numeric user, or `user:group`. */
  readonly user?: string;
  readonly services?: readonly (string | JobService)[];
  /** Variables of the job, feature flags among them. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Seconds; GitLab's default is an hour. */
  readonly timeoutSeconds?: number;
  /** Whether it brings credentials of a registry: the executor makes a pull Secret of them. @default false */
  readonly registryCredentials?: boolean;
}

/** A service of a job. */
export interface JobService {
  readonly name: string;
  /** One alias, or several with commas or spaces between them. */
  readonly alias?: string;
  readonly user?: string;
}

/** What the runner calls all jobs of one place in a project; only a job fills it in. */
export const JOB_NAME = 'runner-<token>-project-<id>-concurrent-<n>';

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
