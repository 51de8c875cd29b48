/**
 * Finds runners by the tags of a job and by words, and sorts them. It runs in the reader's browser, as its own text: it names
 * nothing outside of itself. Only rows that match are in the table, and of these the first fifty, so that a thousand runners
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
  const most = 50;
  let isWhole = false;
  const known = [...body.rows].map((row, index) => {
    const parts = [row.cells[0], row.cells[1], row.querySelector('summary'), row.cells[3], row.cells[7]];
    return {
      row,
      index,
      name: row.cells[0].firstElementChild?.textContent ?? '',
      waits: row.dataset.waits ?? '',
      cpu: Number(row.dataset.cpu ?? Number.NaN),
      memory: Number(row.dataset.memory ?? Number.NaN),
      adds: row.dataset.adds ?? '',
      tags: new Set(JSON.parse(row.dataset.tags ?? '[]') as string[]),
      text: parts
        .map((part) => part?.textContent ?? '')
        .join(' ')
        .toLowerCase(),
    };
  });
  let order = known;
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('#tags [data-tag]')];
  const field = (id: string) => document.getElementById(id) as HTMLInputElement | null;
  const [cpu, memory, other] = [field('cpu'), field('memory'), field('other-tag')];
  const number = (one: number) => one.toLocaleString('en-US');

  const chosenTags = () =>
    buttons
      .filter((one) => one.getAttribute('aria-pressed') === 'true')
      .map((one) => one.dataset.tag as string);

  /** What a job asks for; nothing where a field is empty. */
  const wantedSize = () => ({ cpu: Number(cpu?.value || 0), memory: Number(memory?.value || 0) });

  const wanted = (tags: readonly string[], size: { cpu: number; memory: number }) => {
    const parts = [
      ...(tags.length > 0 ? [`${tags.length === 1 ? 'the tag' : 'the tags'} ${tags.join(', ')}`] : []),
      ...(size.cpu > 0 ? [`a request of ${size.cpu} CPU`] : []),
      ...(size.memory > 0 ? [`a request of ${size.memory} GiB of memory`] : []),
    ];
    return parts.join(' and ');
  };

  const waitingOf = (taking: typeof known) => {
    const waiting = taking.filter(({ waits }) => waits !== '');
    return waiting
      .slice(0, 5)
      .map(({ name, waits }) => ` ${name} waits for ${waits} and takes no job until then.`);
  };

  const few = (many: number, one: string, several: string) =>
    `${number(many)} of ${number(known.length)} ${known.length === 1 ? 'runner' : 'runners'} ${many === 1 ? one : several}`;
  /** What the field leaves of those that take a job. */
  const leftText = (left: number, words: string) => {
    if (words === '') return '';
    if (left === 0) return ` None of them matches "${words}" in Find, so that none is shown.`;
    return ` ${number(left)} of them ${left === 1 ? 'matches' : 'match'} "${words}" in Find.`;
  };
  const sentence = (taking: typeof known, matching: typeof known, what: string, words: string) => {
    if (what === '')
      return words === '' ? first : `${few(matching.length, 'matches', 'match')} "${words}" in Find.`;
    if (taking.length === 0) return `No runner takes a job with ${what}: it would stay pending.`;
    return `${few(taking.length, 'takes', 'take')} a job with ${what}.${leftText(matching.length, words)}${waitingOf(taking).join('')}`;
  };

  const show = () => {
    const tags = chosenTags();
    const size = wantedSize();
    const words = search.value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const isLarge = size.cpu > 0 || size.memory > 0;
    const taking = order.filter(
      (one) =>
        tags.every((tag) => one.tags.has(tag)) &&
        (!isLarge || (one.cpu >= size.cpu && one.memory >= size.memory)),
    );
    const matching = taking.filter(({ text }) => words.every((word) => text.includes(word)));
    const shown = isWhole ? matching : matching.slice(0, most);
    body.replaceChildren(...shown.map(({ row }) => row));
    answer.textContent = sentence(taking, matching, wanted(tags, size), search.value.trim());
    const adds = [...new Set(taking.map((one) => one.adds))];
    if (isLarge && adds.length === 1 && adds[0] !== '')
      answer.textContent += ` The helper and services of the job add ${adds[0]}.`;
    const isNarrowed = words.length + tags.length > 0 || isLarge;
    found.textContent = isNarrowed ? `${number(matching.length)} of ${number(known.length)}` : '';
    all.hidden = shown.length === matching.length;
    all.textContent = `Show all ${number(matching.length)}`;
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

  const listen = (button: HTMLButtonElement) =>
    button.addEventListener('click', () => {
      button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
      show();
    });
  buttons.forEach(listen);
  /** A tag that is typed gets a button, pressed; one that no runner has is said to have none. */
  const addTag = () => {
    const name = other?.value.trim() ?? '';
    if (!other || name === '') return;
    let button = buttons.find((one) => one.dataset.tag === name);
    if (button === undefined) {
      button = document.createElement('button');
      button.type = 'button';
      button.dataset.tag = name;
      button.textContent = name;
      listen(button);
      buttons.push(button);
      other.parentElement?.before(button);
    }
    button.setAttribute('aria-pressed', 'true');
    other.value = '';
    show();
  };
  other?.addEventListener('change', addTag);
  for (const one of [cpu, memory]) one?.addEventListener('input', show);
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
    for (const button of heading.querySelectorAll('button')) {
      button.disabled = false;
      button.addEventListener('click', () => sortBy(heading));
    }
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
