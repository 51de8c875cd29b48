import type { DescribedRunner } from './described-runner';
import type { ServerManager, ServerRunner } from './server-runner';

/** A difference between GitLab and the description. */
export interface Drift {
  /** A setting of the runner, its managers, or whether it is there at all. */
  readonly field: string;
  readonly found: string;
  readonly wanted: string;
  /** What it does to jobs. */
  readonly why: string;
  /** Key and value that fix it by the API; undefined for what the API can't set. */
  readonly set?: Readonly<Record<string, unknown>>;
}

/** A described runner, compared with the one in GitLab. */
export interface RunnerStatus {
  readonly name: string;
  /** Undefined if GitLab has none, or several. */
  readonly id: number | undefined;
  readonly managersOnline: number;
  readonly drifts: readonly Drift[];
}

/** All described runners, and those of GitLab that are no longer described. */
export interface FleetStatus {
  readonly runners: readonly RunnerStatus[];
  readonly leftOver: readonly { readonly id: number; readonly description: string }[];
}

/**
 * Compares runners with those in GitLab that have their id, or, without one, their description.
 *
 * @param fleets names of the fleets: any other runner of GitLab under `<fleet>-` is left over
 */
export function fleetStatus(
  described: readonly DescribedRunner[],
  server: readonly ServerRunner[],
  fleets: readonly string[],
): FleetStatus {
  const ids = new Set(described.map(({ id }) => id));
  const isOf = (one: DescribedRunner, { id, description }: ServerRunner) =>
    one.id === undefined ? !ids.has(id) && description === one.description : id === one.id;
  const leftOver = server.filter(
    (found) =>
      !described.some((one) => isOf(one, found)) &&
      fleets.some((fleet) => found.description.startsWith(`${fleet}-`)),
  );
  return {
    runners: described.map((one) =>
      statusOf(
        one,
        server.filter((found) => isOf(one, found)),
      ),
    ),
    leftOver: leftOver.map(({ id, description }) => ({ id, description })),
  };
}

/** Whether GitLab is as described. */
export function isAsDescribed({ runners, leftOver }: FleetStatus): boolean {
  return leftOver.length === 0 && runners.every(({ drifts }) => drifts.length === 0);
}

function statusOf(described: DescribedRunner, found: readonly ServerRunner[]): RunnerStatus {
  const { name, description, id: wantedId } = described;
  const [runner, ...others] = found;
  if (runner === undefined) {
    const why =
      wantedId === undefined
        ? `this token sees no such runner: its jobs wait. Create it, as npx runner-fleet tokens howto ${name} shows, use a token that can see it, or set gitlabId if its description is another one`
        : 'this token sees no runner with this id: it was deleted, gitlabId is wrong, or the token belongs to another group. Correct gitlabId, or use a token that can see the runner';
    const wanted = wantedId === undefined ? description : `runner ${wantedId}`;
    return {
      name,
      id: undefined,
      managersOnline: 0,
      drifts: [{ field: 'runner', found: 'none', wanted, why }],
    };
  }
  if (others.length > 0) {
    const ids = found.map(({ id }) => id).join(', ');
    const why =
      'it is not known which of them has the token: change the description of all but one, or delete the others';
    return {
      name,
      id: undefined,
      managersOnline: 0,
      drifts: [{ field: 'runner', found: ids, wanted: `one ${description}`, why }],
    };
  }
  const online = runner.managers.filter(({ status }) => status === 'online');
  return {
    name,
    id: runner.id,
    managersOnline: online.length,
    drifts: [...settingDrifts(described, runner), ...managerDrifts(described, runner.managers)],
  };
}

function settingDrifts(described: DescribedRunner, runner: ServerRunner): readonly Drift[] {
  return [
    ...descriptionDrift(described, runner),
    ...tagDrift(described, runner),
    ...timeoutDrift(described, runner),
    ...switchDrifts(described, runner),
    ...(runner.paused
      ? [{ field: 'paused', found: 'yes', wanted: 'no', why: 'it takes no jobs', set: { paused: false } }]
      : []),
  ];
}

/** Only a runner that is found by its id can have another description. */
function descriptionDrift(
  { description: wanted }: DescribedRunner,
  { description: found }: ServerRunner,
): readonly Drift[] {
  if (found === wanted) return [];
  const why = 'people look for the runner under this name, and so does this program once gitlabId is gone';
  return [{ field: 'description', found: found || 'none', wanted, why, set: { description: wanted } }];
}

function tagDrift({ tags }: DescribedRunner, runner: ServerRunner): readonly Drift[] {
  if (isSameSet(tags, runner.tags)) return [];
  const why = tagEffect(tags, runner.tags);
  const found = runner.tags.join(',') || 'none';
  return [{ field: 'tags', found, wanted: tags.join(','), why, set: { tag_list: tags } }];
}

function timeoutDrift({ maximumTimeout: wanted }: DescribedRunner, runner: ServerRunner): readonly Drift[] {
  const found = runner.maximumTimeout;
  if (found === wanted) return [];
  return [
    {
      field: 'maximum timeout',
      found: found === undefined ? 'none' : `${found} s`,
      wanted: `${wanted} s`,
      why:
        (found ?? Number.POSITIVE_INFINITY) > wanted
          ? 'longer jobs are cut off when their manager or node is replaced'
          : 'longer jobs fail, although managers would wait for them',
      set: { maximum_timeout: wanted },
    },
  ];
}

/** Switches in GitLab, as far as the description sets them. */
function switchDrifts(described: DescribedRunner, runner: ServerRunner): readonly Drift[] {
  const isProtected = runner.accessLevel === 'ref_protected';
  const wantsProtected = described.accessLevel && described.accessLevel === 'ref_protected';
  // Only runners of projects can be locked.
  const locked = runner.type === 'project_type' ? described.locked : undefined;
  return [
    ...switchDrift('run untagged', runner.runUntagged, described.runUntagged, 'run_untagged', {
      on: 'jobs without tags wait',
      off: 'jobs without tags run here, whatever they need',
    }),
    ...switchDrift('locked', runner.locked, locked, 'locked', {
      on: 'other projects can enable it',
      off: "other projects can't enable it",
    }),
    ...switchDrift('protected', isProtected, wantsProtected, 'access_level', {
      on: 'jobs of any branch run on it, with access to all that it can reach',
      off: 'jobs of unprotected branches wait',
    }).map((one) => ({ ...one, set: { access_level: described.accessLevel } })),
  ];
}

/** @param effects what happens while it should be on, and while it should be off */
function switchDrift(
  field: string,
  found: boolean,
  wanted: boolean | undefined,
  key: string,
  effects: { readonly on: string; readonly off: string },
): readonly Drift[] {
  if (wanted === undefined || wanted === found) return [];
  return [
    {
      field,
      found: yes(found),
      wanted: yes(wanted),
      why: wanted ? effects.on : effects.off,
      set: { [key]: wanted },
    },
  ];
}

function tagEffect(wanted: readonly string[], found: readonly string[]): string {
  const missing = wanted.filter((tag) => !found.includes(tag));
  const more = found.filter((tag) => !wanted.includes(tag));
  return [
    ...(missing.length > 0 ? [`jobs tagged ${missing.join(', ')} don't run here`] : []),
    ...(more.length > 0 ? [`jobs tagged ${more.join(', ')} run here`] : []),
  ].join('; ');
}

function managerDrifts(
  { systemIds, release }: DescribedRunner,
  managers: readonly ServerManager[],
): readonly Drift[] {
  const online = managers.filter(({ status }) => status === 'online');
  const known = systemIds.filter((id) => id !== undefined);
  // A manager with prewarmed nodes has a new ID after each roll-out, so strangers can't be told apart.
  const strangers =
    known.length < systemIds.length ? [] : online.filter(({ systemId }) => !known.includes(systemId));
  const stale = managers.filter(({ status }) => status === 'stale');
  const old = online.filter(({ version }) => release !== undefined && version !== release);
  return [
    ...silentDrift(systemIds, managers, online),
    ...listDrift('other managers', strangers.map(nameOf), 'none', STRANGER),
    ...listDrift('stale managers', stale.map(nameOf), 'none', STALE),
    ...listDrift('release', [...new Set(old.map(({ version }) => version))], release ?? '', OLD),
  ];
}

const STRANGER =
  'something else uses the token and takes jobs: an old manager that drains, a copy, or an attacker. Reset the token if it is not yours';
const STALE =
  'they have been silent for seven days; GitLab removes them in time, or you can on the page of the runner';
const OLD = 'running managers are not of the rendered release: a roll-out failed, or is still draining';

function nameOf({ systemId, version }: ServerManager): string {
  return `${systemId} (${version})`;
}

function listDrift(field: string, found: readonly string[], wanted: string, why: string): readonly Drift[] {
  return found.length > 0 ? [{ field, found: found.join(', '), wanted, why }] : [];
}

function silentDrift(
  systemIds: DescribedRunner['systemIds'],
  managers: readonly ServerManager[],
  online: readonly ServerManager[],
): readonly Drift[] {
  const silent = systemIds.filter(
    (id) => id !== undefined && !online.some(({ systemId }) => systemId === id),
  );
  if (silent.length === 0 && online.length >= systemIds.length) return [];
  const last = managers
    .map(({ contactedAt }) => contactedAt ?? '')
    .sort()
    .pop();
  return [
    {
      field: 'managers',
      found: `${online.length} online${last ? `, last contact ${last}` : ''}`,
      wanted: `${systemIds.length}: ${systemIds.map((id) => id ?? 'one with prewarmed nodes').join(', ')}`,
      why: 'a silent manager takes no jobs: check its pod and its log',
    },
  ];
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item));
}

function yes(value: boolean): string {
  return value ? 'yes' : 'no';
}
