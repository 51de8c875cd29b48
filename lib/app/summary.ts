import { isPlaceholder, type ResolvedFleet } from '../fleet/resolved-fleet';
import type { Colors } from '../report/colors';
import { printFindings } from '../report/findings-text';
import { needsLine } from '../report/needs';
import type { Report } from '../report/report';
import { apartLine, prewarmLines, runnerFeeLines, runnerTable } from '../report/text';
import { visible } from '../values/visible';
import type { FolderChanges } from './dist-folder';

/** What a synth did, for the person who ran it: the proof at a glance, changed files, managers that wait for a token or a pull secret. */
export function summarize(
  folder: string,
  fleets: readonly ResolvedFleet[],
  reports: readonly Report[],
  changes: FolderChanges,
  colors: Colors,
): string {
  return [
    ...reports.flatMap((report) => [
      ...(reports.length > 1 ? [colors.bold(`== ${visible(report.cluster ?? '')} ==`)] : []),
      ...runnerTable(report.runners, colors),
      ...runnerFeeLines(report.runners),
      ...prewarmLines(report.runners),
      ...apartLine(report),
      printFindings(report, ['warning'], colors),
      ...needsLine(report.needs),
    ]),
    ...changes.repairs.map(visible),
    changesLine(folder, changes),
    ...changedFiles(folder, changes),
    ...newMonitoring(folder, fleets, changes),
    ...waitingLines(fleets),
  ]
    .filter((line, index, lines) => line !== '' || lines[index - 1] !== '')
    .join('\n');
}

function changesLine(folder: string, { added, changed, removed, unchanged }: FolderChanges): string {
  const total = added.length + changed.length + unchanged;
  if (added.length + changed.length + removed.length === 0) return `${folder}/: ${total} files, none changed`;
  return `${folder}/: ${total} files (${added.length} added, ${changed.length} changed, ${removed.length} removed)`;
}

/** Every file up to a screen of them, those that go first; beyond that the numbers above say enough, and git knows the rest. */
function changedFiles(folder: string, { added, changed, removed, foreign }: FolderChanges): string[] {
  const lines = [
    ...removed.map((path) => `  - ${folder}/${visible(path)}`),
    ...changed.map((path) => `  ~ ${folder}/${path}`),
    ...added.map((path) => `  + ${folder}/${path}`),
  ];
  const most = 20;
  const shown =
    lines.length > most ? [...lines.slice(0, most), `  ... and ${lines.length - most} more`] : lines;
  return [
    ...shown,
    ...foreign.map((path) => `  ${folder}/${visible(path)} was not rendered and was left as it is`),
  ];
}

/** What its owner has to add where Flux or Argo CD apply the units: nothing else renders a folder that is not applied yet. */
function newMonitoring(folder: string, fleets: readonly ResolvedFleet[], { added }: FolderChanges): string[] {
  return fleets.flatMap(({ monitoring, name }) => {
    const path = `${name}/monitoring/`;
    if (monitoring === undefined || !added.some((one) => one.startsWith(`${path}podmonitor-`))) return [];
    return [
      `${folder}/${path} is new, and Flux or Argo CD apply it by a unit of its own: see docs/monitoring.md of gitlab-runner-fleet.`,
    ];
  });
}

function waitingLines(fleets: readonly ResolvedFleet[]): string[] {
  const waiting = fleets.flatMap((fleet) =>
    fleet.runners
      .filter(({ token }) => isPlaceholder(token))
      .map(({ name }) => `  npx runner-fleet tokens howto ${fleet.name}/${name}`),
  );
  const open = fleets.flatMap(({ name: fleet, pullSecrets }) =>
    pullSecrets.flatMap(({ ciphertext, name }) =>
      ciphertext === undefined
        ? [`  npx --no-install runner-fleet tokens seal-pull-secret ${fleet}/${name}`]
        : [],
    ),
  );
  return [
    ...(waiting.length > 0 ? ['Waiting for a sealed token (no replica until then):', ...waiting] : []),
    ...(open.length > 0
      ? ['Pull secrets that are not sealed (no replica of their runners until then):', ...new Set(open)]
      : []),
  ];
}
