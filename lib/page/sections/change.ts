import type {
  PageChange,
  PageClusterChange,
  PageData,
  PageEffect,
  PageEffectRow,
  PageImpact,
  PageLineChange,
  PageObjectChange,
  PageRoute,
} from '../data/page-data';
import { type Content, type Html, html } from '../html';
import { plural } from '../words';

/** What a change does, as `diff` says it, with before and after side by side. */
export function changeSection({ change }: PageData): Content {
  if (change === undefined) return undefined;
  return html`<section id="change" aria-labelledby="change-title">
<h2 id="change-title">What this change does</h2>
<p class="lead">Before is <code>${change.base}</code>, after is what this page shows.</p>
${foreignPart(change)}
${change.clusters.length === 0 ? html`<p class="answer">No object changes.</p>` : change.clusters.map(clusterPart)}
</section>`;
}

function foreignPart({ foreign }: PageChange): Content {
  return foreign.map(
    ({ sentence, lines }) =>
      html`<div class="impact disruptive"><p><b>${sentence}</b></p><ul>${lines.map((line) => html`<li><code>${line}</code></li>`)}</ul></div>`,
  );
}

function clusterPart(change: PageClusterChange): Html {
  const { summary, sentence, weaker, routes, impacts, effects, objects, silent, cost, costLines } = change;
  const heavy = impacts.filter(({ weight }) => weight !== 'info');
  const light = impacts.filter(({ weight }) => weight === 'info');
  return html`${weaker !== undefined && html`<div class="impact security"><p class="bad"><b>${weaker}.</b></p></div>`}
${sentence !== undefined && html`<p class="answer">${opened(sentence)}.</p>`}
<p>${summary}.${objects.length > 0 && heavy.length === 0 && ' Nothing that runs is touched.'}</p>
${heavy.map(impactPart)}
${routes.length > 0 && routesPart(routes)}
${effects.length > 0 && effectsPart(effects)}
${cost.length > 0 && costPart(cost, costLines)}
${light.length > 0 && html`<details><summary>${plural(light.length, 'more effect')}</summary>${light.map(impactPart)}</details>`}
${objects.length > 0 && html`<h3>Changed fields</h3>${silent > 0 && html`<p class="remark">No rule says that ${silent} of these ${objects.length} objects touch anything that runs.</p>`}${objects.map(objectPart)}`}`;
}

const WEIGHTS: Readonly<Record<PageImpact['weight'], string>> = {
  security: 'bad',
  disruptive: 'bad',
  notice: 'warn',
  info: 'plainly',
};

function opened(sentence: string): string {
  return `${sentence[0].toUpperCase()}${sentence.slice(1)}`;
}

/** Which jobs get another runner, or none: those that wait are never folded. */
function routesPart(routes: readonly PageRoute[]): Html {
  const item = ({ text, isLost }: PageRoute) =>
    html`<li>${isLost && html`<span class="verdict bad">no runner</span> `}${text}</li>`;
  const [lost, moved] = [true, false].map((isLost) => routes.filter((route) => route.isLost === isLost));
  const rest = moved.slice(ROUTES_SHOWN);
  return html`<h3>Which runner takes which jobs</h3>
<ul class="routes">${[...lost, ...moved.slice(0, ROUTES_SHOWN)].map(item)}</ul>${
    rest.length > 0 &&
    html`<details><summary>${plural(rest.length, 'more kind')} of jobs</summary><ul class="routes">${rest.map(item)}</ul></details>`
  }`;
}

const ROUTES_SHOWN = 8;
const OBJECTS_SHOWN = 4;

function impactPart({ rule, weight, objects, what, why }: PageImpact): Html {
  const rest = objects.slice(OBJECTS_SHOWN);
  const item = (name: string) => html`<li><code>${name}</code></li>`;
  return html`<div class="impact ${weight}"><p><span class="verdict ${WEIGHTS[weight]}">${weight}</span> <b>${what}</b></p>
<p class="why">${why} <code>${rule}</code></p>
<ul class="objects">${objects.slice(0, OBJECTS_SHOWN).map(item)}</ul>${
    rest.length > 0 &&
    html`<details><summary>${plural(rest.length, 'more object')}</summary><ul class="objects">${rest.map(item)}</ul></details>`
  }</div>`;
}

function effectsPart(effects: readonly PageEffect[]): Html {
  return html`<h3 id="effects-title">Cost and capacity, before and after</h3>
<div class="scroll" tabindex="0" role="region" aria-labelledby="effects-title"><table class="sides" id="effects">
<thead><tr><th scope="col">Runner</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
${effects.map(
  ({ runner, rows }) =>
    html`<tbody><tr><th scope="rowgroup" colspan="3">${runner}</th></tr>${rows.map(
      ({ what, before, after }) =>
        html`<tr class="${before === after ? 'same' : 'differs'}"><th scope="row">${what}</th><td class="before">${before}</td><td class="after">${after}</td></tr>`,
    )}</tbody>`,
)}</table></div>`;
}

function costPart(rows: readonly PageEffectRow[], lines: readonly PageLineChange[]): Html {
  return html`<h3>Money, before and after</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Money, before and after"><table class="sides">
<thead><tr><th scope="col">Sum</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
<tbody>${rows.map(
    ({ what, before, after }) =>
      html`<tr class="${before === after ? 'same' : 'differs'}"><th scope="row">${what}</th><td class="before">${before}</td><td class="after">${after}</td></tr>`,
  )}</tbody></table></div>
${lines.length > 0 && html`<ul class="objects">${lines.map(({ sum, name, usd, because }) => html`<li><b>${usd}</b> ${sum}: ${name} <span class="muted">(${because})</span></li>`)}</ul>`}`;
}

/** Fields of an object that are shown; the rest is counted. */
const FIELDS_MOST = 60;
/** Characters of a value. */
const VALUE_MOST = 400;

function objectPart({ object, file, is, fields }: PageObjectChange): Html {
  const shown = is === 'removed' ? [] : fields.slice(0, FIELDS_MOST);
  return html`<details class="object"><summary><span class="verdict ${is === 'removed' ? 'warn' : 'plainly'}">${is}</span> <b>${object}</b>${is === 'changed' && ` ${plural(fields.length, 'field')}`}</summary>
<p><code>${file}</code></p>
${
  shown.length > 0 &&
  html`<div class="scroll" tabindex="0" role="region" aria-label="Fields of ${object}"><table class="sides fields">
<thead><tr><th scope="col">Field</th>${is === 'changed' && html`<th scope="col">Before</th>`}<th scope="col">After</th></tr></thead>
<tbody>${shown.map(
    ({ path, before, after }) =>
      html`<tr><th scope="row">${path}</th>${is === 'changed' && html`<td class="before" data-of="Before">${cut(before)}</td>`}<td class="after" data-of="After">${cut(after)}</td></tr>`,
  )}</tbody></table></div>`
}${fields.length > shown.length && shown.length > 0 && html`<p class="remark">and ${plural(fields.length - shown.length, 'more field')}; <code>npx runner-fleet diff</code> prints them.</p>`}
</details>`;
}

function cut(value: string): string {
  return value.length > VALUE_MOST ? `${value.slice(0, VALUE_MOST)}...` : value;
}
