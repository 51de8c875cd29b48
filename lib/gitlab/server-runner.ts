import { fieldsOf, isTable, listOf, textOf } from '../values/record';

/** A runner in GitLab. @see https://docs.gitlab.com/api/runners/ */
export interface ServerRunner {
  readonly id: number;
  readonly description: string;
  readonly type: 'instance_type' | 'group_type' | 'project_type';
  readonly tags: readonly string[];
  readonly runUntagged: boolean;
  readonly locked: boolean;
  readonly accessLevel: 'not_protected' | 'ref_protected';
  /** Seconds; undefined if there is none. */
  readonly maximumTimeout: number | undefined;
  readonly paused: boolean;
  readonly managers: readonly ServerManager[];
}

/** A process that asked for jobs with the token of a runner. */
export interface ServerManager {
  readonly systemId: string;
  /** Release, for example `19.3.0`. */
  readonly version: string;
  /** `stale`: no contact for seven days. */
  readonly status: 'online' | 'offline' | 'stale' | 'never_contacted';
  readonly contactedAt: string | undefined;
}

/** An answer of GitLab that is not what its API says. */
export class StrangeAnswer extends Error {
  override readonly name = 'StrangeAnswer';
}

/** @throws StrangeAnswer where the answer is not a runner */
export function serverRunner(answer: unknown, managers: unknown): ServerRunner {
  const fields = fieldsOf(answer);
  if (typeof fields.id !== 'number' || !Array.isArray(fields.tag_list))
    throw new StrangeAnswer('GitLab answered something that is not a runner with its tags.');
  return {
    id: fields.id,
    description: textOf(fields.description) ?? '',
    type: oneOf(fields.runner_type, ['instance_type', 'group_type', 'project_type'], 'project_type'),
    tags: fields.tag_list.map(String),
    runUntagged: fields.run_untagged === true,
    locked: fields.locked === true,
    accessLevel: oneOf(fields.access_level, ['not_protected', 'ref_protected'], 'not_protected'),
    maximumTimeout: typeof fields.maximum_timeout === 'number' ? fields.maximum_timeout : undefined,
    paused: fields.paused === true,
    managers: listOf(managers).filter(isTable).map(serverManager),
  };
}

function serverManager({
  system_id,
  version,
  status,
  contacted_at,
}: Readonly<Record<string, unknown>>): ServerManager {
  return {
    systemId: textOf(system_id) ?? '',
    version: textOf(version) ?? '',
    status: oneOf(status, ['online', 'offline', 'stale', 'never_contacted'], 'offline'),
    contactedAt: textOf(contacted_at),
  };
}

function oneOf<const T extends string>(value: unknown, known: readonly T[], otherwise: T): T {
  return known.find((one) => one === value) ?? otherwise;
}
