/**
 * Shows why pools take the jobs of a runner below its row, over the whole width, and unfolds everything for paper. It runs in
 * the reader's browser, as its own text: it names nothing outside of itself.
 */
export function unfold(): void {
  const rows = new Map<HTMLDetailsElement, HTMLTableRowElement>();
  const place = (details: HTMLDetailsElement) => {
    const row = details.closest('tr');
    const why = details.querySelector('.why');
    const below = rows.get(details);
    if (details.open && row && why && !below) {
      const made = document.createElement('tr');
      made.className = 'unfolded';
      const cell = made.insertCell();
      cell.colSpan = row.cells.length;
      cell.append(why);
      rows.set(details, made);
      row.after(made);
    }
    if (!details.open && below) {
      details.append(...below.cells[0].childNodes);
      below.remove();
      rows.delete(details);
    }
  };
  for (const details of document.querySelectorAll<HTMLDetailsElement>('#runner-table details'))
    details.addEventListener('toggle', () => place(details));
  // Rows that are found or sorted anew take what is unfolded with them.
  document.addEventListener('runners-shown', () => {
    for (const [details, made] of rows) {
      const row = details.closest('tr');
      if (row?.isConnected) row.after(made);
      else made.remove();
    }
  });

  // On paper nothing can be unfolded.
  let opened: HTMLDetailsElement[] = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
    for (const details of opened) details.open = true;
  });
  addEventListener('afterprint', () => {
    for (const details of opened) details.open = false;
  });
}
