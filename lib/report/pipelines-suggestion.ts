import type { Offer } from '../pipelines/offer';
import { SPOT_FAILURES } from '../pipelines/retry';
import type { JobPlace, JobTags, NowhereJob, Suggestion } from '../pipelines/suggest';
import { visible } from '../values/visible';

/** A suggestion as YAML to copy into a pipeline. */
export function printSuggestion(file: string, suggestion: Suggestion): string {
  const { defaultTags, jobs, retry, jobRetries, nowhere, unknown } = suggestion;
  const lines = [`# ${visible(file)}: ${headOf(suggestion)}`];
  if (defaultTags !== undefined || retry.length > 0) lines.push('default:');
  if (defaultTags !== undefined)
    lines.push(`  # ${offerText(defaultTags.offer)}`, `  tags: [${defaultTags.tags.map(plain).join(', ')}]`);
  if (retry.length > 0) lines.push(...RETRY);
  // A key may be written once: tags and retry of a job go together.
  const tagged = new Set(jobs.filter(({ cell }) => cell === undefined).map(({ job }) => job));
  const retried = new Set(jobRetries.map(({ job }) => job));
  for (const one of jobs)
    lines.push('', ...jobLines(one), ...(tagged.has(one.job) && retried.has(one.job) ? RETRY : []));
  for (const one of jobRetries.filter(({ job }) => !tagged.has(job))) lines.push('', ...retryLines(one));
  for (const ones of byReason(nowhere)) lines.push('', ...nowhereLines(ones));
  if (unknown > 0) lines.push('', unknownLine(unknown));
  return `${lines.join('\n')}\n`;
}

function headOf({ defaultTags, jobs, retry, jobRetries, nowhere, unknown }: Suggestion): string {
  if (defaultTags !== undefined || [retry, jobs, jobRetries].some(({ length }) => length > 0))
    return 'keys to add, or to replace existing ones with.';
  if (nowhere.length > 0) return 'no key helps here.';
  return unknown > 0 ? 'nothing to add for the jobs that are known.' : 'nothing to add.';
}

function unknownLine(count: number): string {
  const jobs = count === 1 ? '1 job is' : `${count} jobs are`;
  return `# ${jobs} not known: without --suggest, this command says why and what to do.`;
}

const RETRY = ['  retry:', '    max: 2', `    when: [${SPOT_FAILURES.join(', ')}]`];

function retryLines({ job, file, line }: JobPlace): readonly string[] {
  return [`# ${visible(file)}:${line}: it does not inherit retry from default`, `${plain(job)}:`, ...RETRY];
}

/** A key of the pipeline; for a cell of a matrix, the tags that its variables must give. */
function jobLines({ job, cell, tags, offer, line, file, services }: JobTags): readonly string[] {
  const list = `[${tags.map(plain).join(', ')}]`;
  const head = `# ${visible(file)}:${line}: `;
  const removed = services.map(
    (name) => `# Remove its service ${visible(name)}: this runner starts a Docker daemon for every job.`,
  );
  if (cell === undefined)
    return [`${head}${offerText(offer)}`, ...removed, `${plain(job)}:`, `  tags: ${list}`];
  return [`${head}${visible(cell)} needs ${list} by the variables of its matrix: ${offerText(offer)}`];
}

/** Jobs with the same in their way, said once. */
function nowhereLines([first, ...others]: readonly NowhereJob[]): readonly string[] {
  const { job, file, line, runner } = first;
  const more = others.length === 0 ? '' : ` (nor ${others.map((one) => visible(one.job)).join(', ')})`;
  const tags = runner === undefined ? '' : `, whatever its tags`;
  const on = runner === undefined ? ':' : `. On ${visible(runner)}:`;
  return [
    `# ${visible(file)}:${line}: no runner here runs ${visible(job)}${tags}${more}${on}`,
    ...reasonOf(first),
  ];
}

function byReason(nowhere: readonly NowhereJob[]): readonly (readonly NowhereJob[])[] {
  const found = new Map<string, NowhereJob[]>();
  for (const one of nowhere) {
    const reason = reasonOf(one).join('\n');
    found.set(reason, [...(found.get(reason) ?? []), one]);
  }
  return [...found.values()];
}

function reasonOf({ runner, problem }: NowhereJob): readonly string[] {
  const { at, found, why, fix } = problem;
  const reason = runner === undefined ? why : why.replace('{runners}', () => runner);
  return [`#   ${visible(`${at.file}:${at.line}: ${found}: ${reason}`)}`, `#   ${visible(fix)}`];
}

function offerText({ runner, capacity, price }: Offer): string {
  const parts = [
    runner.name,
    ...(capacity === undefined ? [] : [capacity]),
    ...(price === undefined ? [] : [`from USD ${price.usdPerMinute.toFixed(5)} a minute`]),
  ];
  return visible(parts.join(', '));
}

/** A text that YAML reads as itself. */
function plain(text: string): string {
  const isPlain = /^[A-Za-z][\w.-]*$/.test(text) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(text);
  return isPlain ? text : JSON.stringify(visible(text));
}
