import { isProved, type PipelineReport } from '../pipelines/judge-pipeline';
import { failingRunners, type JobVerdict } from '../pipelines/match';
import type { Offer } from '../pipelines/offer';
import type { PipelineProblem } from '../pipelines/problem';
import type { FileLine, Severity } from '../problem';
import { visible } from '../values/visible';
import { feeSentence } from './auto-mode-fee';
import type { Colors } from './colors';
import { alignedLines } from './table';

const GIB = 1024 ** 3;
const HEADINGS = ['jobs', 'tags', 'runner', 'pools', 'capacity', 'USD/min', 'requests'];
/** Names that are shown before the rest is counted, as far as they fit a line. */
const SHOWN = 3;
const WIDTH = 60;

/** Pipelines as a person reads them: where jobs run, then what is wrong, errors first. */
export function printPipelinesText(reports: readonly PipelineReport[], colors: Colors): string {
  return reports.map((report) => reportText(report, colors)).join('\n');
}

function reportText(report: PipelineReport, colors: Colors): string {
  const { file, triggers, never, fleet } = report;
  const waiting = fleet.filter(({ isWaiting }) => isWaiting).map(({ name }) => name);
  return [
    colors.bold(visible(file)),
    ...jobTable(report.jobs, colors),
    ...causesOf(report.problems).map((one) => causeText(one, colors)),
    ...(triggers.length > 0
      ? [
          `No runner takes ${few(triggers)}: a trigger starts another pipeline, whose file is judged where it is named.`,
        ]
      : []),
    ...(never.length > 0 ? [`In no pipeline by its rules: ${few(never)}.`] : []),
    ...(waiting.length > 0 ? [`Takes no job before its token is sealed: ${few(waiting)}.`] : []),
    lastLine(report, colors),
    '',
  ].join('\n');
}

function jobTable(jobs: readonly JobVerdict[], colors: Colors): readonly string[] {
  if (jobs.length === 0) return ['No job here that a runner takes.', ''];
  const groups = new Map<string, { names: string[]; rows: readonly (readonly string[])[] }>();
  for (const verdict of jobs) {
    const rows = rowsOf(verdict);
    const key = JSON.stringify(rows);
    const known = groups.get(key) ?? { names: [], rows };
    const { name, copies } = verdict.job;
    known.names.push(copies > 1 ? `${name} (${copies})` : name);
    groups.set(key, known);
  }
  const lines = [...groups.values()].flatMap(({ names, rows }) =>
    rows.map((row, index) => [index === 0 ? few(names) : '', ...row]),
  );
  const [headings, ...rest] = alignedLines([HEADINGS, ...lines]);
  const prices = jobs.flatMap(({ offers }) => offers.flatMap(({ price }) => price ?? []));
  return [colors.bold(headings), ...rest, ...feeSentence(prices), ''];
}

/** A row for each runner that may take the job. */
function rowsOf(verdict: JobVerdict): readonly (readonly string[])[] {
  const { job, offers, state } = verdict;
  const failing = failingRunners(verdict);
  const tags = visible(job.tags.join(' ')) || '-';
  if (state === 'unknown') return [[tags, `not known: ${visible(job.open ?? '')}`, '', '', '', '']];
  if (offers.length === 0) return [[tags, 'none: it waits', '', '', '', '']];
  return offers.map((offer, index) => [
    index === 0 ? tags : '',
    ...offerCells(offer, failing.has(offer.runner.name)),
  ]);
}

function offerCells(
  { runner, pools, capacity, price, size, noRoom }: Offer,
  isFailing: boolean,
): readonly string[] {
  const name = visible(runner.name) + (runner.isProtected ? ' (protected)' : '');
  if (noRoom === undefined && isFailing) return [name, 'fails it', '', '', ''];
  return [
    name,
    noRoom !== undefined ? 'no room' : pools.join(', ') || 'not known',
    capacity ?? 'not known',
    price === undefined ? '-' : price.usdPerMinute.toFixed(5),
    size === undefined ? '-' : `${size.cpuMilli / 1000} CPU, ${(size.memoryBytes / GIB).toFixed(1)}Gi`,
  ];
}

/** Problems of one cause, with all of their jobs: the first, and where the others are. */
interface Cause {
  readonly first: PipelineProblem;
  readonly jobs: readonly string[];
  readonly also: readonly FileLine[];
}

/** Problems in several files that say the same are one. */
function causesOf(problems: readonly PipelineProblem[]): readonly Cause[] {
  const causes = new Map<string, Cause>();
  for (const one of problems) {
    const key = JSON.stringify([one.id, one.severity, one.found, one.why, one.fix]);
    const known = causes.get(key);
    causes.set(
      key,
      known === undefined
        ? { first: one, jobs: one.jobs, also: [] }
        : { ...known, jobs: [...known.jobs, ...one.jobs], also: [...known.also, one.at] },
    );
  }
  return [...causes.values()];
}

function causeText({ first, jobs, also }: Cause, colors: Colors): string {
  const { id, severity, at, found, why, fix, notProved } = first;
  const mark = notProved ? colors.yellow('not proved') : colorOf(severity, colors)(severity);
  return [
    `${mark} ${colors.bold(`[${id}]`)} ${few(jobs)}`.trimEnd(),
    `  at:    ${placeText(at)}`,
    ...(also.length > 0 ? [`  also:  ${few(also.map(placeText))}`] : []),
    `  found: ${visible(found)}`,
    `  why:   ${visible(why)}`,
    `  fix:   ${visible(fix)}`,
    '',
  ].join('\n');
}

function placeText({ file, line }: FileLine): string {
  return visible(`${file}:${line}`);
}

function colorOf(severity: Severity, colors: Colors): (text: string) => string {
  if (severity === 'error') return colors.red;
  return severity === 'warning' ? colors.yellow : colors.dim;
}

/** The first names, one at least, and how many more there are. */
function few(names: readonly string[]): string {
  const texts = names.map(visible);
  let count = Math.min(SHOWN, texts.length);
  while (count > 1 && texts.slice(0, count).join(', ').length > WIDTH) count--;
  const shown = texts.slice(0, count).join(', ');
  return texts.length > count ? `${shown} and ${texts.length - count} more` : shown;
}

function lastLine(report: PipelineReport, colors: Colors): string {
  const causes = causesOf(report.problems);
  const count = (severity: Severity) => causes.filter(({ first }) => first.severity === severity).length;
  const having = (...states: JobVerdict['state'][]) =>
    report.jobs.filter(({ state }) => states.includes(state)).length;
  const [errors, warnings] = [count('error'), count('warning')];
  const total = report.jobs.length;
  const does = (verb: string, count: number) => `${verb}${count === 1 ? 's' : ''}`;
  const parts = [
    `${having('runs')} of ${total} job${total === 1 ? '' : 's'} ${does('run', having('runs'))}`,
    ...(having('may fail') > 0 ? [`${having('may fail')} may fail`] : []),
    ...(having('fails') > 0 ? [`${having('fails')} ${does('fail', having('fails'))}`] : []),
    ...(having('waits') > 0 ? [`${having('waits')} ${does('wait', having('waits'))}`] : []),
    ...(having('unknown') > 0 ? [`${having('unknown')} not known`] : []),
    `${errors} error${errors === 1 ? '' : 's'}`,
    `${warnings} warning${warnings === 1 ? '' : 's'}`,
  ];
  const mark = errors > 0 ? colors.red : isProved(report) ? colors.green : colors.yellow;
  return mark(parts.join(', '));
}
