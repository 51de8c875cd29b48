/**
 * The map from runners to pools and types: shows those that are found, and draws the lines between them. It runs in the
 * reader's browser, as its own text: it names nothing outside of itself.
 */
export function drawMap(): void {
  const map = document.getElementById('map');
  const lines = map?.querySelector('svg');
  const more = document.getElementById('map-more');
  if (!map || !lines || !more) return;
  const most = 24;
  const {
    ways,
    types: typeNames,
    typePools,
  } = JSON.parse(document.getElementById('data')?.textContent ?? '{}') as {
    ways: readonly (readonly string[])[];
    types: readonly string[];
    typePools: readonly string[];
  };
  const nodes = (kind: string) => [...map.querySelectorAll<HTMLElement>(`[data-${kind}]`)];
  const [runners, pools, types] = [nodes('runner'), nodes('pool'), nodes('type')];
  const poolOf = new Map(pools.map((node) => [node.dataset.pool ?? '', node]));
  const typeOf = new Map(types.map((node) => [node.dataset.type ?? '', node]));

  /** A curve from the right edge of a node to the left edge of another. */
  const connect = (from: HTMLElement, to: HTMLElement, of: string) => {
    const home = map.getBoundingClientRect();
    const [a, b] = [from.getBoundingClientRect(), to.getBoundingClientRect()];
    const [x1, y1] = [a.right - home.left, a.top + a.height / 2 - home.top];
    const [x2, y2] = [b.left - home.left, b.top + b.height / 2 - home.top];
    const middle = (x1 + x2) / 2;
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`);
    path.dataset.of = of;
    return path;
  };

  const isShown = ({ hidden }: HTMLElement) => !hidden;
  const connectRunner = (node: HTMLElement) => {
    const index = Number(node.dataset.runner);
    const reached = ways[index].flatMap((way) => poolOf.get(way) ?? []).filter(isShown);
    return reached.map((pool) => connect(node, pool, `runner-${index} pool-${pool.dataset.pool}`));
  };
  /** From the pool of the cheapest type to that type, once for all runners that share both; it is of each of them. */
  const typeLines = () => {
    const pairs = new Map<string, number[]>();
    for (const node of runners.filter(isShown)) {
      const index = Number(node.dataset.runner);
      const key = JSON.stringify([typePools[index], typeNames[index]]);
      pairs.set(key, [...(pairs.get(key) ?? []), index]);
    }
    return [...pairs].flatMap(([key, sharing]) => {
      const [way, name] = JSON.parse(key) as [string, string];
      const [pool, type] = [poolOf.get(way), typeOf.get(name)];
      const of = [`pool-${way}`, ...sharing.map((index) => `runner-${index}`)].join(' ');
      return pool && type ? connect(pool, type, of) : [];
    });
  };
  const draw = () => {
    // Below each other, on a phone, lines would only cross what is read.
    if (getComputedStyle(lines).display === 'none') return;
    // All places are read before anything is written: the browser lays the page out once.
    lines.replaceChildren(...runners.filter(isShown).flatMap(connectRunner), ...typeLines());
  };

  document.addEventListener('runners-shown', (event) => {
    const { shown } = (event as CustomEvent<{ shown: readonly number[] }>).detail;
    const few = new Set(shown.slice(0, most));
    const reached = new Set([...few].flatMap((index) => ways[index]));
    for (const [index, node] of runners.entries()) node.hidden = !few.has(index);
    for (const node of pools) node.hidden = !reached.has(node.dataset.pool ?? '');
    const cheapest = new Set([...few].map((index) => typeNames[index]));
    for (const node of types) node.hidden = !cheapest.has(node.dataset.type ?? '');
    more.hidden = shown.length <= most;
    more.textContent = `and ${(shown.length - most).toLocaleString('en-US')} more in the table below`;
    draw();
  });

  /** What a runner leads to, and what leads to a pool. */
  const light = (node: HTMLElement | null) => {
    const { runner, pool } = node?.dataset ?? {};
    const of = runner === undefined ? pool && `pool-${pool}` : `runner-${runner}`;
    map.classList.toggle('lit', of !== undefined);
    for (const line of lines.children as unknown as Iterable<SVGPathElement>) {
      const own = ` ${line.dataset.of} `;
      line.classList.toggle('on', of !== undefined && own.includes(` ${of} `));
    }
  };
  const nodeAt = (event: Event) => (event.target as Element).closest<HTMLElement>('.node');
  for (const name of ['pointerover', 'focusin']) map.addEventListener(name, (event) => light(nodeAt(event)));
  for (const name of ['pointerleave', 'focusout']) map.addEventListener(name, () => light(null));
  new ResizeObserver(draw).observe(map);
}
