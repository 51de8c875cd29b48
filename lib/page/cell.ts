import { type Content, type Html, html } from './html';

/** A cell of a table whose rows become cards on a phone, where the name of its column stands beside it. */
export function cell(column: string, content: Content): Html {
  return html`<td data-of="${column}"><div>${content}</div></td>`;
}

/** The same for a number, which stands at the right and is sorted by its value; empty where it is not known. */
export function numberCell(column: string, value: number | null | undefined, content: Content): Html {
  return html`<td class="num" data-of="${column}" data-value="${value ?? ''}"><div>${content}</div></td>`;
}
