/**
 * Finds runners by the tags of a job and by words, and sorts them. It runs in the reader's browser, as its own text: it names
 * nothing outside of itself. Only rows that match are in the table, and of these the first hundred, so that a thousand runners
 * answer at once.
 */
export function finder(): void {
  const body = document.querySelector<HTMLTableSectionElement>('#runner-table tbody');
  const search = document.getElementById('search') as HTMLInputElement | null;
  const [answer, found] = ['answer', 'found'].map((id) => document.getElementById(id) as HTMLElement);
  const all = document.getElementById('all-rows') as HTMLButtonElement;
  const clear = document.getElementById('no-tags');
  if (body === null || search === null) return;
  const first = answer.textContent ?? '';
  const most = 100;
  let isWhole = false;
  const known = [...body.rows].map((row, index) => {
    const parts = [row.cells[0], row.cells[1], row.querySelector('summary'), row.cells[3], row.cells[7]];
    return {
      row,
      index,
      tags: new Set(JSON.parse(row.dataset.tags ?? '[]') as string[]),
      text: parts
        .map((part) => part?.textContent ?? '')
        .join(' ')
        .toLowerCase(),
    };
  });
  let order = known;
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('#tags [data-tag]')];

  const chosenTags = () =>
    buttons
      .filter((one) => one.getAttribute('aria-pressed') === 'true')
      .map((one) => one.dataset.tag as string);

  const sentence = (count: number, tags: readonly string[]) => {
    if (tags.length === 0) return first;
    const takes = count === 1 ? 'takes' : 'take';
    const what = `${tags.length === 1 ? 'the tag' : 'the tags'} ${tags.join(', ')}`;
    return count === 0
      ? `No runner takes a job with ${what}: it would stay pending.`
      : `${count} of ${known.length} runners ${takes} a job with ${what}.`;
  };

  const show = () => {
    const tags = chosenTags();
    const words = search.value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const taking = order.filter((one) => tags.every((tag) => one.tags.has(tag)));
    const matching = taking.filter(({ text }) => words.every((word) => text.includes(word)));
    const shown = isWhole ? matching : matching.slice(0, most);
    body.replaceChildren(...shown.map(({ row }) => row));
    answer.textContent = sentence(taking.length, tags);
    found.textContent = words.length + tags.length > 0 ? `${matching.length} of ${known.length}` : '';
    all.hidden = shown.length === matching.length;
    all.textContent = `Show all ${matching.length}`;
    if (clear) clear.hidden = tags.length === 0;
    const detail = { shown: matching.map(({ index }) => index).sort((a, b) => a - b) };
    document.dispatchEvent(new CustomEvent('runners-shown', { detail }));
  };

  const sortBy = (heading: HTMLTableCellElement) => {
    const isRising = heading.getAttribute('aria-sort') !== 'ascending';
    for (const other of heading.parentElement?.children ?? []) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', isRising ? 'ascending' : 'descending');
    const column = heading.cellIndex;
    const isNumber = heading.dataset.kind === 'number';
    const textOf = ({ cells }: HTMLTableRowElement) =>
      (cells[column].querySelector('summary') ?? cells[column]).textContent ?? '';
    // What has no figure stands last, whichever way.
    const last = isRising ? Number.MAX_VALUE : -Number.MAX_VALUE;
    const numberOf = ({ cells }: HTMLTableRowElement) =>
      cells[column].dataset.value === '' ? last : Number(cells[column].dataset.value);
    const keys = known.map((one) => ({ one, key: isNumber ? numberOf(one.row) : textOf(one.row) }));
    const sign = isRising ? 1 : -1;
    keys.sort((a, b) => {
      if (a.key === b.key) return a.one.index - b.one.index;
      return a.key < b.key ? -sign : sign;
    });
    order = keys.map(({ one }) => one);
    show();
  };

  for (const button of buttons)
    button.addEventListener('click', () => {
      button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
      show();
    });
  clear?.addEventListener('click', () => {
    for (const button of buttons) button.setAttribute('aria-pressed', 'false');
    show();
    buttons[0].focus();
  });
  search.addEventListener('input', show);
  all.addEventListener('click', () => {
    isWhole = true;
    show();
  });
  for (const heading of document.querySelectorAll<HTMLTableCellElement>('#runner-table th[data-kind]'))
    heading.querySelector('button')?.addEventListener('click', () => sortBy(heading));
  // A link of the map may lead to a row that is not among those that are shown.
  addEventListener('hashchange', () => {
    if (!location.hash.startsWith('#runner-') || document.getElementById(location.hash.slice(1))) return;
    isWhole = true;
    show();
  });
  // On paper nobody asks for the rest.
  addEventListener('beforeprint', () => {
    isWhole = true;
    show();
  });
  show();
}
