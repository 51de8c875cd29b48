import { cell, numberCell } from '../cell';
import type { PageData, PagePool, PageRunner, PageType } from '../data/page-data';
import { type Content, type Html, html } from '../html';
import { hourPrice, minutePrice, poolId } from '../words';

/** Tags that can be chosen by a button; the field finds the others. */
const TAGS_MOST = 60;

/** Which runner takes a job: its tags, the map from runners to pools and types, and all runners in a table. */
export function runnersSection(data: PageData): Html {
  return html`<section id="runners" aria-labelledby="runners-title">
<h2 id="runners-title">Which runner takes my job</h2>
<p class="lead">GitLab gives a job to a runner that has all of the job's tags. Choose them, and the map shows who takes it, where it runs, and what a minute costs.</p>
${tagChoice(data.runners)}
<p class="answer" id="answer" role="status" data-count="${data.runners.length}">${allShown(data.runners)}</p>
${map(data)}
${table(data)}
${spotRemark(data.runners)}
</section>`;
}

function allShown(runners: readonly PageRunner[]): string {
  const untagged = runners.filter(({ takesUntagged }) => takesUntagged).map(({ name }) => name);
  const rest =
    untagged.length === 0
      ? 'None takes jobs without tags.'
      : `Jobs without tags: ${untagged.slice(0, 5).join(', ')}${untagged.length > 5 ? ` and ${untagged.length - 5} more` : ''}.`;
  return `${runners.length === 1 ? 'The one runner is' : `All ${runners.length} runners are`} shown. ${rest}`;
}

function tagChoice(runners: readonly PageRunner[]): Content {
  const counts = new Map<string, number>();
  for (const tag of runners.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const tags = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, TAGS_MOST);
  if (tags.length === 0) return html`<p class="remark">No object here says which tags a runner has.</p>`;
  return html`<fieldset class="tags" id="tags"><legend>Tags of the job</legend>${tags.map(
    ([tag]) => html`<button type="button" aria-pressed="false" data-tag="${tag}">${tag}</button>`,
  )}<button type="button" class="plain" id="no-tags" hidden>Clear</button></fieldset>`;
}

function map({ runners, pools }: PageData): Html {
  const landed = pools.filter(({ jobsOf }) => jobsOf.length > 0);
  const profiles = new Map(
    runners.flatMap(({ cluster, pools: own }) =>
      own
        .filter((pool) => pool.types === undefined)
        .map(({ name }) => [poolId(cluster, name), name] as const),
    ),
  );
  const sizes = new Map(landed.flatMap((pool) => pool.types.map((type) => [type.name, type] as const)));
  const types = [...new Set(runners.flatMap(({ type }) => type ?? []))];
  return html`<div class="map" id="map">
<svg class="lines" aria-hidden="true" focusable="false"></svg>
<div><h3>Runners</h3><ul id="map-runners">${runners.map(runnerNode)}</ul><p class="more" id="map-more" hidden></p></div>
<div><h3>Pools, the first choice first</h3><ul id="map-pools">${landed.map(poolNode)}${[...profiles].map(
    ([id, name]) => html`<li class="node" data-pool="${id}"><b>${name}</b><span>Fargate profile</span></li>`,
  )}</ul></div>
<div><h3>Cheapest type for a job</h3><ul id="map-types">${types.map((name) => typeNode(name, sizes.get(name)))}</ul></div>
</div>`;
}

function runnerNode(runner: PageRunner, index: number): Html {
  return html`<li class="node" data-runner="${index}"><a href="#runner-${index}"><b>${runner.name}</b></a><span class="taglist">${runner.tags.join(' ')}</span><span class="num">${
    runner.usdAlone === undefined ? 'lands nowhere' : `$${minutePrice(runner.usdAlone)} a minute`
  }, ${runner.jobs} at once</span><span class="narrow">on ${runner.pools.map(({ name }) => name).join(', ') || 'no known node'}</span></li>`;
}

/** A size on Fargate has no more to say than its name. */
function typeNode(name: string, type: PageType | undefined): Html {
  return html`<li class="node" data-type="${name}"><b>${name}</b>${
    type &&
    html`<span>${type.vcpu} vCPU, ${type.memoryGib} GiB</span><span class="num">$${hourPrice(type.usdPerHour)} an hour</span>`
  }</li>`;
}

function poolNode(pool: PagePool): Html {
  const id = poolId(pool.cluster, pool.name);
  const what = [pool.capacity, pool.arch].filter((one) => one !== undefined).join(', ');
  return html`<li class="node" data-pool="${id}"><a href="#pool-${id}"><b>${pool.name}</b></a><span>${what}</span><span class="num">${pool.types.length} types, ${pool.fitting} for the largest job</span></li>`;
}

const COLUMNS: readonly (readonly [name: string, kind: 'text' | 'number'])[] = [
  ['Runner', 'text'],
  ['Tags', 'text'],
  ['Lands on', 'text'],
  ['Cheapest type', 'text'],
  ['USD/min alone', 'number'],
  ['USD/min packed', 'number'],
  ['Jobs at once', 'number'],
  ['Verdict', 'text'],
];

function table({ runners }: PageData): Html {
  const hasClusters = runners.some(({ cluster }) => cluster !== '');
  return html`<h3 id="table-title">All runners</h3>
<p class="search"><label for="search">Find</label> <input type="search" id="search" autocomplete="off" spellcheck="false" placeholder="name, tag, pool, type" aria-controls="runner-table"> <span id="found" role="status"></span></p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="table-title"><table id="runner-table" class="cards">
<caption class="unseen">Runners with their tags, pools and prices; headings sort</caption>
<thead><tr>${COLUMNS.map(
    ([name, kind]) =>
      html`<th scope="col"${kind === 'number' && html` class="num"`} data-kind="${kind}"><button type="button">${name}</button></th>`,
  )}</tr></thead>
<tbody>${runners.map((runner, index) => row(runner, index, hasClusters))}</tbody>
</table></div>
<p class="more"><button type="button" class="plain" id="all-rows" hidden>Show all</button></p>`;
}

function row(runner: PageRunner, index: number, hasClusters: boolean): Html {
  const { name, cluster, tags, type, usdAlone, usdPacked, jobs, managers, verdict } = runner;
  return html`<tr id="runner-${index}" data-tags="${JSON.stringify(tags)}" data-untagged="${runner.takesUntagged ? 'yes' : 'no'}">
<th scope="row" data-of="Runner">${name}${hasClusters && html`<span class="sub">${cluster}</span>`}${runner.isProtected && html`<span class="sub">protected branches and tags alone</span>`}</th>
${cell('Tags', [html`<span class="taglist">${tags.join(' ')}</span>`, runner.takesUntagged && html`<span class="sub">and jobs without tags</span>`])}
${cell('Lands on', landing(runner))}
${cell('Cheapest type', type ?? '-')}
${numberCell('USD/min alone', usdAlone, [
  minutePrice(usdAlone),
  runner.spot &&
    html`<span class="sub">Spot ${minutePrice(runner.spot.low)} to ${minutePrice(runner.spot.high)}</span>`,
])}
${numberCell('USD/min packed', usdPacked, minutePrice(usdPacked))}
${numberCell('Jobs at once', jobs, [jobs, managers > 1 && html`<span class="sub">${managers} managers</span>`])}
${cell('Verdict', html`<span class="verdict ${VERDICT_CLASS[verdict]}">${verdict}</span>`)}
</tr>`;
}

const VERDICT_CLASS: Readonly<Record<PageRunner['verdict'], string>> = {
  ok: 'good',
  'waits for its token': 'plainly',
  'waits for a pull secret': 'plainly',
  errors: 'bad',
  warnings: 'warn',
  'not proved': 'warn',
};

/** Pools in a line, and why each takes its jobs or does not. */
function landing({ pools, landing: why, job, largestJob, managersOn }: PageRunner): Html {
  const names = pools.map(({ name, types }) =>
    types === undefined ? `${name} on Fargate` : `${name} (${types})`,
  );
  return html`<details><summary>${names.join(', ') || 'none'}</summary>
<ul class="why">${job && html`<li>A job asks for ${job.cpu} and ${job.memory}${largestJob && `, the largest for ${largestJob.cpu} and ${largestJob.memory}`}.</li>`}${why.map(
    ({ pool, takes, why: reason }) =>
      html`<li class="${takes ? 'takes' : 'refuses'}"><b>${pool}</b> ${takes ? 'takes it' : 'does not'}: ${reason}.</li>`,
  )}<li>Managers run on ${managersOn ?? 'no known node'}.</li></ul></details>`;
}

/** What the ranges on Spot rest on. */
function spotRemark(runners: readonly PageRunner[]): Content {
  const sources = new Set(runners.flatMap(({ spot }) => spot?.source ?? []));
  return [...sources].map(
    (source) => html`<p class="remark">Spot: ${source}. Nobody promises a price on Spot.</p>`,
  );
}
