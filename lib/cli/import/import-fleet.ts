import { renderFleets } from '../../app/render';
import { runChecks } from '../../checks/all';
import type { Finding } from '../../checks/finding';
import type { SourceFile } from '../../cluster/manifest';
import { needsOf } from '../../cluster/needs';
import { observe, type Subject } from '../../cluster/observe';
import { parseManifests } from '../../cluster/parse';
import { type Comparison, comparedRunners, compareRunners } from '../../compare/compare';
import { DescriptionError } from '../../fleet/fault';
import type { RunnerFleetProps } from '../../fleet/props/fleet';
import { resolveFleets } from '../../fleet/resolve-fleets';
import { acceptedDescription, withKept, withRefused } from '../../import/accepted';
import { comparedLines } from '../../import/compared-lines';
import { describeSources, type LooseFleet } from '../../import/describe';
import type { Line } from '../../import/line';
import { type RenderRelease, readSources, type Sources } from '../../import/sources';
import { tidyDescription } from '../../import/tidy';
import { descriptionText } from '../../import/typescript';
import type { FileLine, Problem } from '../../problem';
import { withoutTokens } from '../../sealed-secrets/ciphertext';

/** The result of importing files. */
export interface Imported {
  /** The text of a `main.ts`; without runners undefined. */
  readonly text: string | undefined;
  readonly lines: readonly Line[];
  /** Files that can't be read. */
  readonly unreadable: readonly Problem<FileLine>[];
  /** What keeps the description from rendering; empty where it renders. */
  readonly faults: readonly Problem[];
  /** Errors of the proof; undefined where nothing was rendered. */
  readonly errors: readonly Finding[] | undefined;
  /** What jobs get before and after; undefined where nothing was rendered. */
  readonly comparison: Comparison | undefined;
}

/**
 * Describes the runners in files, renders the description, proves it and compares its jobs with theirs.
 *
 * @param comment lines above the description
 * @param render renders releases of the chart, instead of `chartObjects`
 */
export function importFleet(
  files: readonly SourceFile[],
  name: string,
  comment: readonly string[],
  render?: RenderRelease,
): Imported {
  const sources = readSources(files, render);
  const described = describeSources(sources, name);
  const unreadable = sources.faults;
  if (described.fleet.runners.length === 0)
    return {
      text: undefined,
      lines: described.lines,
      unreadable,
      faults: [],
      errors: undefined,
      comparison: undefined,
    };
  const { fleet, lines, faults } = acceptedDescription(described.fleet);
  const known = withRefused(described.lines, lines, described.fleet);
  const written = (one: LooseFleet) =>
    withoutTokens(descriptionText(withKept(described.fleet, fleet, one), comment));
  if (faults.length > 0)
    return {
      text: written(fleet),
      lines: known,
      unreadable,
      faults,
      errors: undefined,
      comparison: undefined,
    };
  const tidy = tidyDescription(fleet);
  const first = rendered(tidy, sources);
  if ('faults' in first)
    return {
      text: written(tidy),
      lines: known,
      unreadable,
      faults: first.faults,
      errors: undefined,
      comparison: undefined,
    };
  const existing = missingObjects(first.subject);
  const whole = existing.length > 0 ? { ...tidy, existing } : tidy;
  const second = existing.length > 0 ? rendered(whole, sources) : first;
  const { subject } = 'faults' in second ? first : second;
  const comparison = compareRunners(
    comparedRunners(
      sources.runners.flatMap(({ runners }) => runners),
      sources.manifests,
    ),
    comparedRunners(
      subject.runners.filter(({ config }) => config.manifest.file.startsWith(`${name}/`)),
      subject.manifests,
    ),
    described.names,
  );
  return {
    text: written('faults' in second ? tidy : whole),
    lines: [...known, ...existing.map(existingLine), ...comparedLines(comparison, described.names)],
    unreadable,
    faults: [],
    // Faults of nodes in the sources are not the fleet's: a check of the sources reports them.
    errors: runChecks(subject).findings.filter(
      ({ severity, at }) => severity === 'error' && at.manifest.file.startsWith(`${name}/`),
    ),
    comparison,
  };
}

/** What is observed of the rendered description, together with the nodes of its sources. */
function rendered(
  fleet: LooseFleet,
  { nodes }: Sources,
): { readonly subject: Subject } | { readonly faults: readonly Problem[] } {
  try {
    const files = renderFleets(resolveFleets([fleet as unknown as RunnerFleetProps], new Map()));
    return { subject: observe([...parseManifests(files).manifests, ...nodes]) };
  } catch (error) {
    if (error instanceof DescriptionError) return { faults: error.faults };
    throw error;
  }
}

/** Objects that fields name and nothing makes, as `existing` lists them. */
function missingObjects(subject: Subject): readonly string[] {
  return needsOf(subject)
    .filter(({ state }) => state === 'missing')
    .map(({ kind, namespace, name }) =>
      [kind, namespace, name].filter((part) => part !== undefined).join('/'),
    )
    .sort();
}

function existingLine(object: string): Line {
  const why =
    'it must exist before the runner starts: copy it from the namespace of the old runner, or create it again';
  return { kind: 'decide', runner: undefined, from: object, to: 'existing of the fleet', why };
}
