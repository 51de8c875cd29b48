import { type Content, type Html, html } from './html';

/**
 * The pages of rules as HTML: headings, paragraphs, lists, blocks of code, and code, links and emphasis within a line. Links
 * lead out of the page, so that they show their text alone.
 */
export function markdownHtml(text: string): Html {
  return html`${blocksOf(text).map(blockHtml)}`;
}

/** Blocks are parted by blank lines; a fence keeps its own. */
function blocksOf(text: string): readonly string[] {
  return text.match(/^```[\s\S]*?^```$|^(?:(?!```).+\n?)+/gm) ?? [];
}

function blockHtml(block: string): Content {
  const fence = /^```\w*\n([\s\S]*?)\n?```$/.exec(block);
  if (fence) return html`<pre tabindex="0"><code>${fence[1]}</code></pre>`;
  const heading = /^#+ (.*)\n?/.exec(block);
  if (heading) return html`<h4>${inline(heading[1])}</h4>${restOf(block.slice(heading[0].length))}`;
  if (/^- /.test(block))
    return html`<ul>${block
      .split(/^- /m)
      .slice(1)
      .map((item) => html`<li>${inline(item)}</li>`)}</ul>`;
  return html`<p>${inline(block)}</p>`;
}

function restOf(text: string): Content {
  return text.trim() === '' ? undefined : blocksOf(text).map(blockHtml);
}

/** A line with its code and links. */
function inline(text: string): Content {
  const joined = text.trim().replace(/\s+/g, ' ');
  return joined.split(/(`[^`]+`|\[[^\]]+\]\([^)]+\))/).map((part): Content => {
    if (/^`.+`$/.test(part)) return html`<code>${part.slice(1, -1)}</code>`;
    const link = /^\[([^\]]+)\]\([^)]+\)$/.exec(part);
    return link ? inline(link[1]) : part;
  });
}
