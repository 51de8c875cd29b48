import type { FieldOfManifest, Finding } from '../checks/finding';
import { pageOf } from '../checks/rule-id';
import { chartValueOf } from '../cluster/helm-values';
import { displayName } from '../cluster/manifest';
import type { Severity } from '../problem';
import { formatPath } from '../values/field-path';
import { visibleTexts } from '../values/visible';
import type { Colors } from './colors';
import { groupByFix } from './join-findings';
import { lineOfField } from './line-of-finding';
import type { Report } from './report';

/**
 * The findings of some severities. An error has all of its lines; warnings and notes are shorter, and those that one fix
 * settles are one.
 */
export function printFindings(report: Report, severities: readonly Severity[], colors: Colors): string {
  const shown = visibleTexts(report.result.findings).filter(({ severity }) => severities.includes(severity));
  const names = report.runners.map(({ name }) => name);
  const errors = shown.filter(({ severity }) => severity === 'error');
  const hints = groupByFix(
    shown.filter(({ severity }) => severity !== 'error'),
    names,
  );
  const of = (wanted: Severity) =>
    hints.filter(([{ severity }]) => severity === wanted).map((group) => `${hintText(group, colors)}\n`);
  const blocks = [of('warning'), of('note')].filter((lines) => lines.length > 0);
  return [
    ...errors.map((error) => `${errorText(error, colors)}\n`),
    blocks.map((lines) => lines.join('')).join('\n'),
  ].join('');
}

function errorText(finding: Finding, colors: Colors): string {
  const { id, at, also = [], found, why, fix } = finding;
  return [
    headText(finding, colors),
    `  at:    ${placeText(at)}`,
    ...(also.length === 0 ? [] : [`  also:  ${alsoText(also.map((place) => [place, undefined]))}`]),
    `  found: ${found}`,
    `  why:   ${why}`,
    `  fix:   ${fix}`,
    colors.dim(`  see:   ${pageOf(id)}`),
    '',
  ].join('\n');
}

function hintText([first, ...more]: readonly [Finding, ...Finding[]], colors: Colors): string {
  const places = [first, ...more].flatMap(({ at, also = [], found }) =>
    [at, ...also].map((place): OtherPlace => [place, found === first.found ? undefined : found]),
  );
  // That nothing is there is what the name of the field says already.
  const [head, where] = [headText(first, colors), `(${placeText(first.at)})`];
  return [
    ...(first.found === 'nothing'
      ? [`${head} is not set  ${where}`]
      : [head, `  found: ${first.found}  ${where}`]),
    ...(places.length === 1 ? [] : [`  also:  ${alsoText(places.slice(1))}`]),
    `  why:   ${first.why}`,
    `  fix:   ${first.fix}`,
  ].join('\n');
}

function headText({ id, severity, notProved, at }: Finding, colors: Colors): string {
  const { manifest, path, within } = at;
  const field = within === undefined ? formatPath(path) : `${formatPath(path)} > ${within}`;
  const mark = notProved ? colors.yellow('not proved') : colorOf(severity, colors)(severity);
  return `${mark} ${colors.bold(`[${id}]`)} ${displayName(manifest)}  ${field}`;
}

/** File and line, and what value of the chart writes it. */
function placeText(place: FieldOfManifest): string {
  const { manifest, path } = place;
  const value = chartValueOf(manifest, path);
  const chart = value === undefined ? '' : `; in the values of the chart: ${value}`;
  return `${manifest.file}:${lineOfField(place)}${chart}`;
}

/** A place, and what is found there where that is something else. */
type OtherPlace = readonly [place: FieldOfManifest, found: string | undefined];

/** Places that a finding names besides its own; a program reads the rest in JSON. */
const ALSO_SHOWN = 6;

function alsoText(places: readonly OtherPlace[]): string {
  const shown = places.slice(0, ALSO_SHOWN).map(([place, found]) => {
    const { manifest } = place;
    const at = `${displayName(manifest)} (${manifest.file}:${lineOfField(place)})`;
    return found === undefined ? at : `${at}: ${found}`;
  });
  const rest = places.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function colorOf(severity: Severity, colors: Colors): (text: string) => string {
  if (severity === 'error') return colors.red;
  return severity === 'warning' ? colors.yellow : colors.dim;
}
