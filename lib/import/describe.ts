import { isDeepStrictEqual } from 'node:util';
import { mayBe, type NodePool } from '../cluster/node-pools';
import { landing, type ObservedRunner } from '../cluster/observe';
import { shortName } from '../compare/compare';
import { RUNNER_NAME_MOST } from '../fleet/names';
import { shapeFaults } from '../gitlab-runner/config/shape';
import { ARCH_LABEL } from '../karpenter/labels';
import { has } from '../karpenter/requirement';
import { asDnsLabel } from '../values/label';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { takeCache } from './cache';
import { Draft, Keys } from './draft';
import { askForSettings, unknownSettings } from './gitlab-settings';
import { takeJobKeys, takeRest } from './job-keys';
import { isRunnerKey } from './known-keys';
import type { Line } from './line';
import { takeManagerValues } from './manager-values';
import { type KnownNodes, takeNodes } from './nodes';
import { sayPlaceholders } from './placeholders';
import { takeResources } from './resources';
import { restOfValues, sayDefaults, withoutDefaults } from './rest-of-values';
import { sayRelease } from './runner-release';
import { takeGlobals, takeRequestConcurrency, takeServerValues } from './server-values';
import type { SourceRunner, Sources } from './sources';
import { takeVolumes } from './volumes';

/** A description in the making: loosely typed, since a source may hold what is not allowed. */
export type LooseFleet = Record<string, unknown> & { runners: Record<string, unknown>[] };

/** A first description of the sources, and what happened to each value. */
export interface Described {
  readonly fleet: LooseFleet;
  readonly lines: readonly Line[];
  /** Name of each runner in the description by that of its source. */
  readonly names: Readonly<Record<string, string>>;
}

/** Describes the runners of sources as one fleet. */
export function describeSources(sources: Sources, fleetName: string): Described {
  const usable = sources.runners.filter(({ runners }) => runners.length > 0);
  const names = uniqueNames(usable.map(({ name }) => name));
  const drafts = usable.map((source, index) => draftOf(source, names[index], sources.nodes.length > 0));
  const common = commonOptions(drafts);
  const nameFor = (source: SourceRunner) => names[usable.indexOf(source)] ?? source.name;
  const lines = [
    ...sources.lines,
    ...sources.runners.flatMap((source) =>
      source.lines.map((line) => ({ ...line, runner: line.runner ?? nameFor(source) })),
    ),
    ...drafts.flatMap((draft) => draft.lines),
    ...common.lines,
  ];
  return {
    fleet: {
      name: fleetName,
      ...common.options,
      runners: drafts.map((draft) => runnerOf(draft, common.poolNames)),
    },
    lines,
    names: Object.fromEntries(usable.map(({ runners }, index) => [runners[0].name, names[index]])),
  };
}

function uniqueNames(all: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return all.map((name) => {
    const short = asDnsLabel(shortName(asDnsLabel(name)), RUNNER_NAME_MOST) || 'runner';
    let found = short;
    for (let count = 2; taken.has(found); count++) found = `${short.slice(0, RUNNER_NAME_MOST - 4)}-${count}`;
    taken.add(found);
    return found;
  });
}

/** What is known from the NodePools that take the jobs of a runner. */
function knownNodes({ job }: ObservedRunner, hasPools: boolean): KnownNodes {
  const pools = landing(job).map(({ pool }) => pool);
  return {
    hasPools,
    capacityTypes: ['spot', 'on-demand'].filter((type) => pools.some((pool) => mayBe(pool, type))),
    architectures: ['amd64', 'arm64'].filter((arch) => pools.some((pool) => mayRun(pool, arch))),
  };
}

function mayRun({ requirements }: NodePool, arch: string): boolean {
  const requirement = requirements.get(ARCH_LABEL);
  return requirement === undefined || has(requirement, arch);
}

function draftOf(source: SourceRunner, name: string, hasPools: boolean): Draft {
  const [runner] = source.runners;
  const { config, index, manager } = runner;
  const draft = new Draft(name);
  const entry = fieldsOf(listOf(config.parsed?.runners)[index]);
  const keys = new Keys(entry);
  const values = new Keys(withoutDefaults(source.values));
  keys.take('name');
  if (textOf(keys.take('token')) && manager === undefined)
    draft.say(
      'not-needed',
      'token',
      'it is not written: the new runner gets its own, npx runner-fleet tokens says how',
    );
  for (const { id, at: place, why } of shapeFaults({ runners: [entry] }))
    if (id === 'wrong-type') draft.say('refused', place.replace(/^runners\[0\]\./, ''), why);
  takeGlobals(fieldsOf(config.parsed), keys.take('limit'), source.isRelease, draft);
  takeRequestConcurrency(keys.take('request_concurrency'), draft);
  const unknown = unknownSettings(values);
  takeServerValues(withCaFile(values, keys), textOf(keys.take('url')), draft);
  takeNodes(keys, knownNodes(runner, hasPools), draft);
  takeNamespace(keys, manager?.namespace, draft);
  takeResources(keys, draft);
  takeManagerValues(values, draft);
  askForSettings(unknown, draft);
  takeJobKeys(keys, draft);
  takeVolumes(keys, draft);
  allowHostPaths(draft);
  takeCache(keys, values, draft);
  takeRest(keys, isRunnerKey, draft);
  takeNames(values, name, draft);
  for (const key of [
    'concurrent',
    'checkInterval',
    'logLevel',
    'logFormat',
    'connectionMaxAge',
    'shutdown_timeout',
  ])
    values.take(key);
  restOfValues(values, source.isRelease, draft);
  sayRelease(source.chart, draft);
  if (source.isRelease) sayDefaults(source.values, draft);
  const { url, ...others } = entry;
  sayPlaceholders(source.values, draft);
  sayPlaceholders(source.isRelease ? others : { ...others, url }, draft);
  return draft;
}

/** Takes what names the runner, and what is read with its config. */
function takeNames(values: Keys, name: string, draft: Draft): void {
  const given = textOf(values.take('runners', 'name'));
  if (given)
    draft.say('option', 'runners.name', 'GitLab shows a runner as its fleet and this name', `name: ${name}`);
  if (textOf(values.take('runners', 'executor')) === 'kubernetes')
    draft.say('not-needed', 'runners.executor', 'always kubernetes');
  if (textOf(values.take('runners', 'namespace')))
    draft.say(
      'decide',
      'runners.namespace',
      'set it if jobs ran in a namespace of their own',
      'jobNamespace',
    );
  for (const key of ['config', 'jobNamespace']) values.take('runners', key);
}

/** The path of the certificates is in the config, the Secret that holds them in the values. */
function withCaFile(values: Keys, keys: Keys): Keys {
  const file = keys.take('tls-ca-file');
  if (file !== undefined) values.add({ 'tls-ca-file': file });
  return values;
}

function takeNamespace(keys: Keys, managers: string | undefined, draft: Draft): void {
  const namespace = textOf(keys.take('kubernetes', 'namespace'));
  if (!namespace || namespace === managers || managers === undefined) {
    const old = namespace || managers;
    draft.say(
      'decide',
      'kubernetes.namespace',
      `jobs get a namespace without managers: recreate there the Secrets, ConfigMaps, claims and accounts that they use in ${old ? `namespace ${old}` : 'the old one'}`,
    );
    return;
  }
  draft.option('kubernetes.namespace', 'jobNamespace', namespace);
  draft.fleet.namespaces = [{ name: namespace, existing: true, shared: true }];
  draft.say(
    'option',
    'kubernetes.namespace',
    'the namespace exists and old jobs run in it: remove shared, and existing, once they are gone',
    'namespaces of the fleet',
  );
}

/** Folders of nodes need a namespace that allows them, and other jobs should not run in it. */
function allowHostPaths(draft: Draft): void {
  const { volumes, privileged, jobNamespace } = draft.runner;
  const hasFolders = listOf(volumes).some((one) => fieldsOf(one).hostPath !== undefined);
  if (!hasFolders || privileged === true || jobNamespace !== undefined) return;
  const name = `gitlab-jobs-${draft.name}`;
  draft.fleet.namespaces = [{ name, podSecurity: 'privileged' }];
  const why =
    'folders of nodes need a namespace without Pod Security enforcement; a claim does not, see docs/volumes.md';
  draft.guess('kubernetes.volumes.host_path', 'jobNamespace', name, why);
}

interface Common {
  readonly options: Fields;
  readonly lines: readonly Line[];
  /** Pool of a runner by its draft, where another runner has the same nodes. */
  readonly poolNames: ReadonlyMap<Draft, string>;
}

/** Options of the fleet that all runners share. Of two that differ the first is used, and the other is reported. */
function commonOptions(drafts: readonly Draft[]): Common {
  const options: Record<string, unknown> = {};
  const lines: Line[] = [];
  const pools: Fields[] = [];
  const poolNames = new Map<Draft, string>();
  for (const draft of drafts) {
    const { existingPools, namespaces, ...others } = draft.fleet;
    if (existingPools !== undefined)
      poolNames.set(draft, joinPool(pools, fieldsOf(listOf(existingPools)[0])));
    if (namespaces !== undefined) options.namespaces = joined(listOf(options.namespaces), listOf(namespaces));
    for (const [key, value] of Object.entries(others)) {
      options[key] ??= value;
      if (!isDeepStrictEqual(options[key], value)) lines.push(differs(draft.name, key, value));
    }
  }
  if (pools.length > 0) options.existingPools = pools;
  return { options, lines, poolNames };
}

function differs(runner: string, from: string, value: unknown): Line {
  const why = `this runner has ${JSON.stringify(value)} and another runner a different value, but a fleet has only one: describe this runner in a second fleet if that matters`;
  return { kind: 'decide', runner, from, why };
}

function joinPool(pools: Fields[], pool: Fields): string {
  const { pool: name, ...nodes } = pool;
  const same = pools.find(({ pool: _, ...other }) => isDeepStrictEqual(other, nodes));
  if (same) return String(same.pool);
  pools.push(pool);
  return String(name);
}

function joined(known: readonly unknown[], more: readonly unknown[]): readonly unknown[] {
  return [...known, ...more.filter((one) => !known.some((other) => isDeepStrictEqual(one, other)))];
}

function runnerOf(draft: Draft, pools: ReadonlyMap<Draft, string>): Record<string, unknown> {
  const pool = pools.get(draft);
  return { name: draft.name, ...draft.runner, ...(pool !== undefined && { pool }) };
}
