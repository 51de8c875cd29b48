import type { PageData, PageFinding } from '../data/page-data';
import { type Content, type Html, html } from '../html';
import { markdownHtml } from '../markdown';

/** What `check` found, with the page of each rule and the lines. */
export function findingsSection({ findings, silenced, explanations, runners }: PageData): Html {
  const explained = new Set<string>();
  const explanationOf = (rule: string) => {
    if (explained.has(rule)) return html`<p><a href="#rule-${rule}">What <code>${rule}</code> means</a></p>`;
    explained.add(rule);
    return html`<details class="explain" id="rule-${rule}"><summary>What <code>${rule}</code> means</summary>${markdownHtml(explanations[rule])}</details>`;
  };
  return html`<section id="findings" aria-labelledby="findings-title">
<h2 id="findings-title">Findings</h2>
${findings.length === 0 && nothingFound(runners.length)}
${findings.map((finding) => findingPart(finding, explanationOf(finding.rule)))}
${
  silenced.length > 0 &&
  html`<h3>Silenced, with the reason</h3><ul>${silenced.map(
    ({ rule, object, reason }) => html`<li><code>${rule}</code> on <b>${object}</b>: ${reason}</li>`,
  )}</ul>`
}
</section>`;
}

/** Without runners there is nothing that rules could hold for. */
function nothingFound(runners: number): Html {
  if (runners === 0)
    return html`<p class="answer">Nothing is proved: there is no runner here that <code>npx runner-fleet check</code> could judge.</p>`;
  return html`<p class="answer good">Nothing is found: every rule of <code>npx runner-fleet check</code> holds.</p>`;
}

function findingPart(finding: PageFinding, explanation: Html): Html {
  const { severity, object, path, file, line, found, why, fix, also } = finding;
  return html`<article class="finding ${severity}">
<h3><span class="verdict ${CLASSES[severity]}">${severity}</span> ${object} <code>${path}</code></h3>
<dl class="facts">
<div><dt>Where</dt><dd><code>${placeText(file, line)}</code></dd></div>
<div><dt>Found</dt><dd>${found}</dd></div>
<div><dt>Why</dt><dd>${why}</dd></div>
<div><dt>Fix</dt><dd>${fix}</dd></div>
</dl>
${alsoPart(also)}
${explanation}
</article>`;
}

const CLASSES: Readonly<Record<PageFinding['severity'], string>> = {
  error: 'bad',
  warning: 'warn',
  note: 'plainly',
};

function placeText(file: string, line: number | undefined): string {
  return line === undefined ? file : `${file}:${line}`;
}

function alsoPart(also: PageFinding['also']): Content {
  if (also.length === 0) return undefined;
  return html`<details><summary>The same at ${also.length} more ${also.length === 1 ? 'place' : 'places'}</summary><ul>${also.map(
    ({ object, file, line }) => html`<li>${object} <code>${placeText(file, line)}</code></li>`,
  )}</ul></details>`;
}
