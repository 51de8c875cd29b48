import { cell, numberCell } from '../cell';
import type { PageBurst, PageData, PageStop } from '../data/page-data';
import { type Content, type Html, html } from '../html';
import { count, plural } from '../words';

/** What many jobs at once come to: a slider over the planner's figures, and what each runner allows. */
export function loadSection({ bursts, assumptions }: PageData): Html {
  return html`<section id="load" aria-labelledby="load-title">
<h2 id="load-title">When many jobs start at once</h2>
<p class="lead">The figures of <code>npx runner-fleet plan</code> for one runner alone, with jobs of ${assumptions.minutes} minutes and ${assumptions.requestSeconds} s for a request to GitLab. Other runners that share a pool share its limits too.</p>
${bursts.length === 0 ? html`<p>No runner here has jobs that land on nodes that are known.</p>` : [slider(bursts), allowedTable(bursts)]}
</section>`;
}

function slider(bursts: readonly PageBurst[]): Html {
  const runners = bursts.flatMap((burst, index) => burst.runners.map((name) => [name, index] as const));
  return html`<form class="slider" id="planner" hidden>
<p><label for="planned">Runner</label> <select id="planned">${runners.map(
    ([name, index]) => html`<option value="${index}">${name}</option>`,
  )}</select></p>
<p class="range"><label for="jobs">Jobs that start at once</label> <output for="jobs planned" id="jobs-shown"></output><input type="range" id="jobs" min="0" max="1" step="1" value="0"></p>
</form>
<div id="plan" class="plan" hidden>
<p class="verdict-line" id="plan-verdict" role="status"></p>
<p id="plan-reason"></p>
<ul id="plan-raise"></ul>
<div class="scroll" tabindex="0" role="region" aria-label="Figures of the plan"><table class="sides" id="plan-figures">
<caption class="unseen">What runs, and what all jobs would take</caption>
<thead><tr><td></td><th scope="col" id="plan-now"></th><th scope="col" id="plan-all"></th></tr></thead><tbody></tbody></table></div>
<h3>What allows how many</h3>
<ul class="terms" id="plan-terms"></ul>
</div>`;
}

/** For readers without scripts and on paper: what binds first for each runner. */
function allowedTable(bursts: readonly PageBurst[]): Html {
  return html`<h3 id="allowed-title">What binds first</h3>
<div class="scroll" tabindex="0" role="region" aria-labelledby="allowed-title"><table class="cards">
<thead><tr><th scope="col">Runner</th><th scope="col">Binds first</th><th scope="col" class="num">Jobs at once</th><th scope="col">Because of</th><th scope="col">For ${ASKED} at once, raise</th></tr></thead>
<tbody>${bursts.map(allowedRow)}</tbody></table></div>`;
}

/** A burst that people ask about: `stopsFor` always makes a plan of it. */
const ASKED = 300;

function allowedRow({ runners, terms, stops }: PageBurst): Content {
  const asked = stops.find(({ jobs }) => jobs === ASKED) as PageStop;
  const [first] = terms[asked.terms];
  const more = runners.length - 3;
  const names =
    more > 1 ? [...runners.slice(0, 3), `and ${plural(runners.length - 3, 'runner')} more`] : runners;
  const line = (text: string) => html`<span class="line">${text}</span>`;
  return html`<tr><th scope="row">${names.map(line)}</th>${cell('Binds first', first.name)}${numberCell(
    'Jobs at once',
    first.allows,
    first.allows === null ? 'any' : count(first.allows),
  )}${cell('Because of', first.because)}${cell(
    `For ${ASKED} at once, raise`,
    asked.raise.length === 0 ? 'nothing' : asked.raise.map(line),
  )}</tr>`;
}
