import { cell } from '../cell';
import type { PageData, PageNeed } from '../data/page-data';
import { type Content, type Html, html } from '../html';

/** What the fleet needs and does not make itself, and what asks for it. */
export function needsSection({ needs, unrendered }: PageData): Html {
  const open = needs.filter(({ state }) => state !== 'found');
  const found = needs.filter(({ state }) => state === 'found');
  return html`<section id="needs" aria-labelledby="needs-title">
<h2 id="needs-title">What the fleet needs from outside</h2>
${open.length === 0 ? html`<p class="answer">Nothing is needed that these manifests do not make.</p>` : needsTable(open, 'Needed from elsewhere')}
${unrendered.map((line) => html`<p class="remark warn">Not read: ${line}</p>`)}
${found.length > 0 && html`<details><summary>${found.length} found among the manifests</summary>${needsTable(found, 'Found among the manifests')}</details>`}
</section>`;
}

const STATES: Readonly<Record<PageNeed['state'], string>> = {
  found: 'found here',
  declared: 'declared',
  missing: 'not declared',
  outside: 'outside of Kubernetes',
};

function needsTable(needs: readonly PageNeed[], caption: string): Html {
  const hasClusters = needs.some(({ cluster }) => cluster !== '');
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="cards">
<caption class="unseen">${caption}</caption>
<thead><tr><th scope="col">Name</th>${hasClusters && html`<th scope="col">Cluster</th>`}<th scope="col">Kind</th><th scope="col">State</th><th scope="col">Asked for by</th></tr></thead>
<tbody>${needs.map(
    (need) =>
      html`<tr><th scope="row"><code>${need.name}</code>${need.keys.length > 0 && html`<span class="sub">${need.keys.join(', ')}</span>`}</th>${hasClusters && cell('Cluster', need.cluster)}${cell('Kind', need.kind)}${cell('State', STATES[need.state])}${cell('Asked for by', askers(need))}</tr>`,
  )}</tbody></table></div>`;
}

function askers({ askedBy }: PageNeed): Content {
  const [first, ...others] = askedBy;
  if (first === undefined) return '-';
  const item = (one: string) => html`<span class="line">${one}</span>`;
  if (others.length === 0) return item(first);
  return [
    item(first),
    html`<details><summary>and ${others.length} more</summary>${others.map(item)}</details>`,
  ];
}
