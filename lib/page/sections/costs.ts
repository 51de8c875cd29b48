import { cell, numberCell } from '../cell';
import type { PageCost, PageData, PageSum } from '../data/page-data';
import { type Content, type Html, html } from '../html';
import { money } from '../words';

/** What the fleet costs while no job runs, and the most that its limits allow. */
export function costsSection({ costs, pools }: PageData): Html {
  const hasPools =
    pools.length > 0 || costs.some(({ floor, ceiling }) => floor.total !== 0 || ceiling.total !== 0);
  return html`<section id="costs" aria-labelledby="costs-title">
<h2 id="costs-title">What it costs</h2>
<p class="lead">What is paid while no job runs, and what an hour costs when every pool is at its limits, on the types that jobs get first.</p>
${hasPools ? costs.map(clusterPart) : html`<p>No NodePool is here, so that nothing has a price.</p>`}
</section>`;
}

function clusterPart({ cluster, floor, ceiling, worstUsdPerHour: worst, ...prices }: PageCost): Content {
  const of = cluster === '' ? '' : `${cluster}: `;
  return [
    sumPart(`${of}While no job runs`, 'USD a month', floor, 0),
    sumPart(`${of}At all limits at once`, 'USD an hour', ceiling, 2),
    html`<p class="remark">${worst !== null && worst > (ceiling.total ?? 0) && `${money(worst, 2)} an hour if EC2 has nothing but the most expensive types of each pool. `}${pricesText(prices)}</p>`,
  ];
}

/** Which prices these are. */
export function pricesText({
  pricesOf,
  pricesAsOf,
  otherRegion,
}: Pick<PageCost, 'pricesOf' | 'pricesAsOf' | 'otherRegion'>): string {
  const other =
    otherRegion === undefined ? '' : ` The cluster is in ${otherRegion}, whose prices are not known here.`;
  return `Prices are on demand in ${pricesOf}, of ${pricesAsOf}.${other}`;
}

function sumPart(title: string, unit: string, { total, lines, unknown }: PageSum, digits: number): Content {
  const amount = (usd: number | null) => (usd === null ? 'no limit' : money(usd, digits).slice(1));
  return [
    html`<h3>${title}: ${total === null ? 'no limit' : money(total, digits)} <span class="unit">${unit.replace('USD ', '')}</span></h3>`,
    lines.length > 0 &&
      html`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="cards">
<thead><tr><th scope="col">What</th><th scope="col" class="num">${unit}</th><th scope="col">Because of</th></tr></thead>
<tbody>${lines.map(
        ({ what, name, usd, because }) =>
          html`<tr><th scope="row">${what} <span class="muted">${name}</span></th>${numberCell(unit, usd, amount(usd))}${cell('Because of', because)}</tr>`,
      )}</tbody></table></div>`,
    unknown.map((one) => html`<p class="remark">Not counted: ${one}.</p>`),
  ];
}
