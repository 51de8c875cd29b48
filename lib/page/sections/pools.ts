import type { PageData, PagePool, PageType } from '../data/page-data';
import { type Content, type Html, html } from '../html';
import { hourPrice, minutePrice, names, plural, poolId } from '../words';

/** Types of a pool that are shown before the rest is folded. */
const TYPES_SHOWN = 8;

/** Every pool with its types by price, and those that the largest job fits. */
export function poolsSection({ pools }: PageData): Html {
  return html`<section id="pools" aria-labelledby="pools-title">
<h2 id="pools-title">Pools and their types</h2>
<p class="lead">Karpenter starts the cheapest type that holds the jobs that wait. On Spot it also weighs how likely a type is to be interrupted.</p>
${pools.length === 0 ? html`<p>No NodePool is here.</p>` : pools.map(poolPart)}
</section>`;
}

function poolPart(pool: PagePool): Html {
  const { name, cluster, types, fitting, jobsOf, managersOf } = pool;
  const what = [pool.capacity, pool.arch].filter((one) => one !== undefined).join(', ');
  const first = types[0];
  return html`<details class="pool" id="pool-${poolId(cluster, name)}">
<summary><b>${name}</b> <span>${what}</span> <span>${plural(types.length, 'type')}${jobsOf.length > 0 && `, ${fitting} for the largest job`}</span>${first && html` <span class="num">from $${hourPrice(first.usdPerHour)} an hour</span>`}</summary>
<dl class="facts">
${fact('Cluster', cluster)}
${fact('Jobs of', names(jobsOf))}
${fact('Managers of', names(managersOf))}
${fact('Limits', pool.limits === '' ? 'none' : pool.limits)}
${fact('Weight', pool.weight > 0 ? String(pool.weight) : '')}
${fact('Taints', pool.taints.join(', '))}
${fact('Requirements', pool.requirements.join('; '))}
</dl>
${types.length === 0 ? html`<p>Its requirements leave no type.</p>` : typeTables(pool)}
</details>`;
}

function fact(name: string, value: string): Content {
  return value === '' ? undefined : html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function typeTables(pool: PagePool): Content {
  const { name, types } = pool;
  const rest = types.length - TYPES_SHOWN;
  if (rest <= 2) return typeTable(pool, types, `Types of ${name} by price`);
  return [
    typeTable(pool, types.slice(0, TYPES_SHOWN), `The cheapest types of ${name}`),
    html`<details class="rest"><summary>${rest} more types</summary>${typeTable(pool, types.slice(TYPES_SHOWN), `Further types of ${name} by price`)}</details>`,
  ];
}

function typeTable({ jobsOf, name }: PagePool, types: readonly PageType[], caption: string): Html {
  const hasJobs = jobsOf.length > 0;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="types">
<caption class="unseen">${caption}</caption>
<thead><tr><th scope="col">Type</th><th scope="col" class="num">vCPU</th><th scope="col" class="num">GiB</th><th scope="col" class="num">USD/hour</th>${
    hasJobs &&
    html`<th scope="col" class="num">jobs on it</th><th scope="col" class="num">USD/min packed</th><th scope="col">largest job</th>`
  }</tr></thead>
<tbody>${types.map(
    (type) =>
      html`<tr data-pool="${name}"><th scope="row">${type.name}</th><td class="num">${type.vcpu}</td><td class="num">${type.memoryGib}</td><td class="num">${hourPrice(type.usdPerHour)}</td>${hasJobs && jobCells(type, jobsOf.length)}</tr>`,
  )}</tbody></table></div>`;
}

function jobCells({ slots, usdPerMinutePacked, fits }: PageType, tenants: number): Content {
  const largest = fits === tenants ? 'fits' : fits === 0 ? 'too small' : `fits ${fits} of ${tenants}`;
  return html`<td class="num">${slots ?? '-'}</td><td class="num">${minutePrice(usdPerMinutePacked)}</td><td class="${fits === tenants ? 'good' : 'muted'}">${largest}</td>`;
}
