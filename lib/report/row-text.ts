/** Characters of one text of a row. */
const TEXT_MOST = 600;
/** Characters that each item of a long text keeps: enough for the name of a field, and the start of its value. */
export const ITEM_MOST = 120;
/** The same where there are many items: the end of a name says more than its start. */
const ITEM_LEAST = 80;
/** Characters of a text of many items: those that have no room are counted. */
const ITEMS_MOST = 8_000;

/**
 * A text as far as a row has room for it, with how much more there is. Each item of a list is cut, never the list: a long value
 * in front must not hide the name of a field after it.
 */
export function short(text: string): string {
  if (text.length <= TEXT_MOST) return text;
  // Within a field, a comma parts what was from what is.
  const fields = text.split(/(?<=;) /);
  const items = fields.length > FEW ? fields : text.split(/(?<=[;,]) /);
  const room = Math.max(TEXT_MOST, Math.min(ITEMS_MOST, ITEM_MOST * items.length));
  const most = Math.max(ITEM_LEAST, Math.floor(room / items.length));
  const named = items.slice(0, Math.floor(room / most));
  const kept = named.map((item) => cutItem(item, most)).join(' ');
  const more = text.length - kept.length;
  if (more <= 0) return text;
  const left = items.length - named.length;
  return `${kept} (${left > 0 ? `${left} items and ` : ''}${more} characters more, which npx runner-fleet diff prints)`;
}

/** A text as far as there is room, with a mark where more is left out. */
export function cutItem(item: string, most: number): string {
  if (item.length <= most + CUT.length) return item;
  return `${item.slice(0, most).replace(/[\ud800-\udbff]$/, '')}${CUT}`;
}

/** Fields up to which lists within one are read too. */
const FEW = 8;

/** Stands for what is left out of an item. */
const CUT = '...';
