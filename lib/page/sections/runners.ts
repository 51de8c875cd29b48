import { cell, numberCell } from '../cell';
import type { PageData, PagePool, PageRunner, PageType } from '../data/page-data';
import { type Content, type Html, html } from '../html';
import { count, hourPrice, minutePrice, names, plural, poolId } from '../words';

/** Tags that have a button from the start; the others are chosen in a field. */
const TAGS_MOST = 60;

/** Runners that the map shows at once. */
export const MAP_MOST = 24;

/** Which runner takes a job: its tags, the map from runners to pools and types, and all runners in a table. */
export function runnersSection(data: PageData): Html {
  if (data.runners.length === 0) return noRunners();
  return html`<section id="runners" aria-labelledby="runners-title">
<h2 id="runners-title">Which runner takes my job</h2>
<p class="lead">GitLab gives a job to a runner that has all of the job's tags. Choose them, and the map shows who takes it, where it runs, and what a minute costs.</p>
<noscript><p class="remark">Without JavaScript nothing can be chosen here: all runners are shown.</p></noscript>
${data.apart.map((line) => html`<p class="remark">${line}</p>`)}
${tagChoice(data.runners)}
${data.runners.some(({ accepts }) => accepts !== undefined) && sizeChoice()}
<p class="answer" id="answer" role="status" data-count="${data.runners.length}">${allShown(data.runners)}</p>
${map(data)}
${table(data)}
${spotRemark(data.runners)}
</section>`;
}

function noRunners(): Html {
  return html`<section id="runners" aria-labelledby="runners-title">
<h2 id="runners-title">Which runner takes my job</h2>
<p class="answer">No runner is here.</p>
</section>`;
}

function allShown(runners: readonly PageRunner[]): string {
  const untagged = runners.filter(({ takesUntagged }) => takesUntagged).map(({ name }) => name);
  const rest =
    untagged.length === 0
      ? 'None takes jobs without tags.'
      : `Jobs without tags: ${untagged.slice(0, 5).join(', ')}${untagged.length > 5 ? ` and ${untagged.length - 5} more` : ''}.`;
  return `${whatIsShown(runners.length)} ${rest}${waitingText(runners)}`;
}

function whatIsShown(runners: number): string {
  if (runners === 1) return 'The one runner is shown.';
  if (runners <= MAP_MOST) return `All ${count(runners)} runners are shown.`;
  return `There are ${count(runners)} runners. The map shows the first ${MAP_MOST} of them.`;
}

function waitingText(runners: readonly PageRunner[]): string {
  const waiting = runners.filter(({ waitsFor }) => waitsFor !== undefined);
  if (waiting.length === 0) return '';
  if (waiting.length === runners.length && runners.length > 1)
    return ' All of them wait for a token or a pull secret, and take no job until then.';
  return ` ${plural(waiting.length, 'runner')} ${waiting.length === 1 ? 'waits' : 'wait'} for a token or a pull secret: ${names(waiting.map(({ name }) => name))}.`;
}

function tagChoice(runners: readonly PageRunner[]): Content {
  const counts = new Map<string, number>();
  for (const tag of runners.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const tags = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  if (tags.length === 0) return html`<p class="remark">No object here says which tags a runner has.</p>`;
  return html`<fieldset class="tags scripted" id="tags"><legend>Tags of the job</legend>${tags
    .slice(0, TAGS_MOST)
    .map(
      ([tag]) => html`<button type="button" aria-pressed="false" data-tag="${tag}">${tag}</button>`,
    )}${tags.length > TAGS_MOST && otherTags(tags.slice(TAGS_MOST).map(([tag]) => tag))}<button type="button" class="plain" id="no-tags" hidden>Clear</button></fieldset>`;
}

/** Tags that few runners have: one that is typed or picked gets a button. */
function otherTags(tags: readonly string[]): Html {
  return html`<span class="other-tag"><label for="other-tag">${plural(tags.length, 'more tag')}</label> <input id="other-tag" list="other-tags" autocomplete="off" spellcheck="false" placeholder="type one, then Enter"><datalist id="other-tags">${tags.map(
    (tag) => html`<option value="${tag}"></option>`,
  )}</datalist></span>`;
}

/** What a job asks for with KUBERNETES_CPU_REQUEST and KUBERNETES_MEMORY_REQUEST. */
function sizeChoice(): Html {
  return html`<p class="search scripted"><span>Requests of the job</span> <label for="cpu">CPU</label> <input type="number" class="small" id="cpu" min="0" step="any" inputmode="decimal"> <label for="memory">memory in GiB</label> <input type="number" class="small" id="memory" min="0" step="any" inputmode="decimal"></p>`;
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
  return html`<li class="node" data-runner="${index}"><a href="#runner-${index}"><b>${runner.name}</b></a>${tagList(runner.tags)}<span class="num">${
    runner.usdAlone === undefined ? 'lands nowhere' : `$${minutePrice(runner.usdAlone)} a minute`
  }, ${count(runner.jobs)} at once</span>${runner.waitsFor && html`<span class="waits">waits for ${runner.waitsFor}: takes no job yet</span>`}<span class="narrow">on ${runner.pools.map(({ name }) => name).join(', ') || 'no known node'}</span></li>`;
}

/** Tags that stay whole where a line ends. */
function tagList(tags: readonly string[]): Html {
  return html`<span class="taglist">${tags.map((tag) => html`<span>${tag}</span> `)}</span>`;
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
  return html`<li class="node" data-pool="${id}"><a href="#pool-${id}"><b>${pool.name}</b></a><span>${what}</span><span class="num">${plural(pool.types.length, 'type')}, ${pool.fitting} for the largest job</span></li>`;
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
  const clusters = new Set(runners.map(({ cluster }) => cluster));
  const hasFleets = clusters.size < 2 && new Set(runners.flatMap(({ fleet }) => fleet ?? [])).size > 1;
  return html`<h3 id="table-title">All runners</h3>
<p class="search scripted"><label for="search">Find</label> <input type="search" id="search" autocomplete="off" spellcheck="false" placeholder="name, tag, pool, type" aria-controls="runner-table"> <span id="found" role="status"></span></p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="table-title"><table id="runner-table" class="cards">
<caption class="unseen">Runners with their tags, pools and prices; headings sort</caption>
<thead><tr>${COLUMNS.map(
    ([name, kind]) =>
      html`<th scope="col"${kind === 'number' && html` class="num"`} data-kind="${kind}"><button type="button" disabled>${name}</button></th>`,
  )}</tr></thead>
<tbody>${runners.map((runner, index) => row(runner, index, hasClusters, hasFleets))}</tbody>
</table></div>
<p class="more"><button type="button" class="plain" id="all-rows" hidden>Show all</button></p>`;
}

function row(runner: PageRunner, index: number, hasClusters: boolean, hasFleets: boolean): Html {
  const { name, cluster, tags, type, usdAlone, usdPacked, jobs, managers, verdict, fleet, accepts } = runner;
  return html`<tr id="runner-${index}" data-tags="${JSON.stringify(tags)}" data-waits="${runner.waitsFor ?? ''}"${accepts && html` data-cpu="${accepts.cpu}" data-memory="${accepts.memory}" data-adds="${accepts.adds}"`}>
<th scope="row" data-of="Runner"><span class="name">${name}</span>${hasFleets ? fleet && html`<span class="sub">fleet ${fleet}</span>` : hasClusters && html`<span class="sub">${cluster}</span>`}${runner.isProtected && html`<span class="sub">protected branches and tags alone</span>`}</th>
${cell('Tags', [tagList(tags), runner.takesUntagged && html`<span class="sub">and jobs without tags</span>`])}
${cell('Lands on', landing(runner))}
${cell('Cheapest type', type ?? '-')}
${numberCell('USD/min alone', usdAlone, [
  minutePrice(usdAlone),
  runner.spot &&
    html`<span class="sub">Spot ${minutePrice(runner.spot.low)} to ${minutePrice(runner.spot.high)}</span>`,
])}
${numberCell('USD/min packed', usdPacked, minutePrice(usdPacked))}
${numberCell('Jobs at once', jobs, [count(jobs), managers > 1 && html`<span class="sub">${managers} managers</span>`])}
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
function landing({ pools, landing: why, job, largestJob, accepts, managersOn }: PageRunner): Html {
  const names = pools.map(({ name, types }) =>
    types === undefined ? `${name} on Fargate` : `${name} (${types})`,
  );
  return html`<details><summary>${names.join(', ') || 'none'}</summary>
<ul class="why">${job && html`<li>A job asks for ${job.cpu} and ${job.memory}${largestJob && `, the largest for ${largestJob.cpu} and ${largestJob.memory}`}, the helper and services included.</li>`}${accepts && html`<li>A job may request up to ${accepts.cpu} CPU and ${accepts.memory} GiB for itself; the helper and services add ${accepts.adds}.</li>`}${why.map(
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
