import { runChecks } from '../checks/all';
import type { Silence } from '../checks/silence-file';
import { joinClusters } from '../cluster/clusters';
import type { Manifest } from '../cluster/manifest';
import { DEFAULT_CHECK_SETTINGS, observe } from '../cluster/observe';
import { parseManifests } from '../cluster/parse';
import { sealingsOf } from '../cluster/sealing';
import type { Colors } from '../report/colors';
import { printFindings } from '../report/findings-text';
import { makeReport, type Report } from '../report/report';
import type { RenderedFile } from './render';

/** The rendered fleets can't work. The message holds every error; nothing was written. */
export class ProofError extends Error {
  override readonly name = 'ProofError';
}

/**
 * Checks rendered fleets as `npx runner-fleet check` would, from their text and before any of it is written.
 *
 * @param folder folder that the files are for, as findings name it
 * @param silences what a file silences, besides annotations
 * @param certificates what tokens of fleets are sealed with, where it is known
 * @throws ProofError if there is an error among the findings
 */
export function proveFleets(
  folder: string,
  files: readonly RenderedFile[],
  colors: Colors,
  silences: readonly Silence[] = [],
  certificates: readonly Manifest[] = [],
): readonly Report[] {
  const fleets = [...byFleet(files)].map(([name, own]) => {
    const texts = own.map(({ path, text }) => ({ path: `${folder}/${path}`, text }));
    return [name, parseManifests(texts).manifests] as const;
  });
  const clusters = joinClusters(fleets);
  const sealings = sealingsOf(clusters, certificates);
  const reports = clusters.map(({ name, manifests }, index) => {
    const subject = observe(manifests, DEFAULT_CHECK_SETTINGS, [], sealings[index]);
    return makeReport(name, subject, runChecks(subject, silences));
  });
  const errors = reports.reduce((sum, { counts }) => sum + counts.error, 0);
  if (errors === 0) return reports;
  const text = reports.map((report) => printFindings(report, ['error'], colors)).join('');
  const many = errors === 1 ? '1 error' : `${errors} errors`;
  throw new ProofError(
    `${text}${many} in what would be rendered; nothing was written. Lines are those that the files would have.`,
  );
}

/**
 * The errors of the proof among the files below a path, as text; empty without any. The other files are seen, for what
 * they make, and not judged.
 */
export function errorsOf(files: readonly RenderedFile[], below: string, colors: Colors): string {
  const subject = observe(parseManifests(files).manifests);
  const { findings } = runChecks(subject);
  const own = findings.filter(({ at }) => at.manifest.file.startsWith(below));
  return printFindings(
    makeReport(undefined, subject, { findings: own, silenced: [], renamed: [] }),
    ['error'],
    colors,
  ).trimEnd();
}

function byFleet(files: readonly RenderedFile[]): Map<string, RenderedFile[]> {
  const groups = new Map<string, RenderedFile[]>();
  for (const file of files) {
    const [first] = file.path.split('/');
    const group = groups.get(first) ?? [];
    group.push(file);
    groups.set(first, group);
  }
  return groups;
}
