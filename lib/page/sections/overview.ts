import type { PageData } from '../data/page-data';
import { type Html, html } from '../html';
import { count, money, plural } from '../words';
import { pricesText } from './costs';

/** The head of the page: what it is about, four figures, and the way to each part. */
export function overview(data: PageData): Html {
  const { title, runners, counts, proof, costs, pools } = data;
  const floor = sum(costs.map((cost) => cost.floor.total));
  const ceiling = sum(costs.map((cost) => cost.ceiling.total));
  const isPriced = pools.length > 0;
  const jobs = runners.reduce((sum, runner) => sum + runner.jobs, 0);
  const prices = runners.flatMap(({ usdAlone }) => usdAlone ?? []);
  return html`<header class="top">
<div class="bar">
<h1>${title}</h1>
<fieldset class="theme" id="theme" hidden><legend class="unseen">Colours</legend>${[
    'auto',
    'light',
    'dark',
  ].map(
    (name) => html`<label><input type="radio" name="theme" value="${name}"><span>${name}</span></label>`,
  )}</fieldset>
</div>
<dl class="figures">
<div><dt>Runners</dt><dd>${count(runners.length)}</dd></div>
<div><dt>Jobs at once, by managers</dt><dd>${count(jobs)}</dd></div>
<div><dt>Cheapest job-minute</dt><dd>${prices.length > 0 ? `$${Math.min(...prices).toFixed(5)}` : '-'}</dd></div>
<div><dt>While no job runs</dt><dd>${floor === null || (!isPriced && floor === 0) ? '-' : money(floor, 0)}</dd><dd class="sub">a month</dd></div>
<div><dt>At all limits</dt><dd>${ceiling === null ? 'no limit' : !isPriced && ceiling === 0 ? '-' : money(ceiling, 2)}</dd><dd class="sub">an hour</dd></div>
<div><dt>Findings</dt><dd class="${counts.error > 0 ? 'bad' : counts.warning > 0 ? 'warn' : 'calm'}">${counts.error + counts.warning + counts.note}</dd>
<dd class="sub">${[plural(counts.error, 'error'), plural(counts.warning, 'warning'), plural(counts.note, 'note')].join(', ')}</dd></div>
</dl>
${proof !== undefined && html`<p class="remark warn">${proof}</p>`}
<p class="remark">${[...new Set(costs.map(pricesText))].join(' ')} Job-minutes are without disks and traffic. Spot costs less.</p>
<nav aria-label="Parts of this page"><ul>${partsOf(data).map(
    ([id, name]) => html`<li><a href="#${id}">${name}</a></li>`,
  )}</ul></nav>
</header>`;
}

function partsOf({ change, findings }: PageData): readonly (readonly [id: string, name: string])[] {
  return [
    ...(change === undefined ? [] : ([['change', 'This change']] as const)),
    ['runners', 'Which runner'],
    ['pools', 'Pools'],
    ['load', 'Many jobs'],
    ['costs', 'Cost'],
    ['findings', `Findings (${findings.length})`],
    ['needs', 'Needs'],
  ];
}

/** A sum in which one part may have no bound. */
function sum(parts: readonly (number | null)[]): number | null {
  return parts.includes(null) ? null : parts.reduce<number>((all, part) => all + (part ?? 0), 0);
}
