import { createHash } from 'node:crypto';
import { finder } from './browser/finder';
import { openLinked } from './browser/links';
import { drawMap } from './browser/map';
import { planner } from './browser/planner';
import { theme } from './browser/theme';
import { unfold } from './browser/unfold';
import type { PageData } from './data/page-data';
import { html, jsonFor, trusted } from './html';
import { changeSection } from './sections/change';
import { costsSection } from './sections/costs';
import { findingsSection } from './sections/findings';
import { loadSection } from './sections/load';
import { needsSection } from './sections/needs';
import { overview } from './sections/overview';
import { poolsSection } from './sections/pools';
import { runnersSection } from './sections/runners';
import { STYLE } from './style';
import { poolId } from './words';

/** What runs in the reader's browser, in this order: each function is complete in itself, and its own text is the script. */
export const CONTROLS: readonly (() => void)[] = [theme, drawMap, finder, unfold, planner, openLinked];

const GENERATOR = trusted('<meta name="generator" content="runner-fleet page">');

/** Whether a text is a page that was made here. */
export function isPage(text: string): boolean {
  return text.startsWith('<!doctype html>') && text.slice(0, HEAD_MOST).includes(GENERATOR.text);
}

/** Characters within which the head of a page says what made it. */
const HEAD_MOST = 2000;

/**
 * The page of a fleet: one file of HTML that loads nothing. Its policy allows this style and this script alone, so that
 * whatever a manifest says stays text.
 *
 * @returns the same text for the same data, always
 */
export function printPage(data: PageData): string {
  const script = CONTROLS.map((control) => `(${control})();`).join('\n');
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(STYLE)}'`,
    `script-src '${hashOf(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const shown = {
    bursts: data.bursts.map(({ stops, terms }) => ({ stops, terms })),
    types: data.runners.map(({ type }) => type ?? ''),
    typePools: data.runners.map(({ typePool, cluster }) => (typePool ? poolId(cluster, typePool) : '')),
    ways: data.runners.map(({ pools, cluster }) => pools.map(({ name }) => poolId(cluster, name))),
  };
  return `<!doctype html>
${
  html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${GENERATOR}
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${data.title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the runners</a>
${overview(data)}
<main id="main" tabindex="-1">
${changeSection(data)}
${runnersSection(data)}
${poolsSection(data)}
${loadSection(data)}
${costsSection(data)}
${findingsSection(data)}
${needsSection(data)}
</main>
<footer><p>Made by <code>npx runner-fleet page</code> from rendered manifests. It loads nothing and sends nothing.</p></footer>
<script type="application/json" id="data">${jsonFor(shown)}</script>
<script>${trusted(script)}</script>
</body>
</html>
`.text
}`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
