import { html, jsonFor, trusted } from '../../lib/page/html';
import { markdownHtml } from '../../lib/page/markdown';

test('a value in a template is text, whatever it holds', () => {
  expect(html`<b title="${'" onclick="x'}">${"<img src=x onerror='y'>&"}</b>`.text).toBe(
    '<b title="&quot; onclick=&quot;x">&lt;img src=x onerror=&#39;y&#39;&gt;&amp;</b>',
  );
});

test('HTML stays, lists are joined, and what is missing is nothing', () => {
  expect(html`<p>${[html`<i>${1}</i>`, ' and ', trusted('<br>')]}${undefined}${false}</p>`.text).toBe(
    '<p><i>1</i> and <br></p>',
  );
});

test('a name in data for the script ends neither the element nor a comment', () => {
  const value = { name: '</script><!--<script>\u2028&' };
  const { text } = jsonFor(value);
  expect(text).not.toMatch(/[<>&\u2028]/);
  expect(JSON.parse(text)).toEqual(value);
});

test('the page of a rule keeps its headings, lists and code, and no text of it becomes an element', () => {
  const page =
    'One `a < b` and a [link](x.md),\nbroken.\n\n## Wrong\n\n```yaml\na: <b>\n\nc: d\n```\n\n- one\n  more\n- two <i>\n';
  expect(markdownHtml(page).text).toBe(
    [
      '<p>One <code>a &lt; b</code> and a link, broken.</p>',
      '<h4>Wrong</h4>',
      '<pre tabindex="0"><code>a: &lt;b&gt;\n\nc: d</code></pre>',
      '<ul><li>one more</li><li>two &lt;i&gt;</li></ul>',
    ].join(''),
  );
});
