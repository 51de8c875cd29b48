import type { PageBurst, PageStop, PageTerm } from '../data/page-data';

/**
 * The slider over what N jobs at once come to. It runs in the reader's browser, as its own text: it names nothing outside of
 * itself, and calculates nothing. Its stops are plans.
 */
export function planner(): void {
  const form = document.getElementById('planner');
  if (form === null) return;
  const { bursts } = JSON.parse(document.getElementById('data')?.textContent ?? '{}') as {
    bursts: readonly PageBurst[];
  };
  const byId = (id: string) => document.getElementById(id) as HTMLElement;
  const [runner, range] = [byId('planned') as HTMLSelectElement, byId('jobs') as HTMLInputElement];
  const asked = 300;
  const count = (one: number) => one.toLocaleString('en-US');
  const jobsOf = (one: number) => `${count(one)} ${one === 1 ? 'job' : 'jobs'}`;
  const element = (tag: string, text: string, name = '') => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (name !== '') made.className = name;
    return made;
  };
  const time = (seconds: number) =>
    seconds < 120
      ? `${Math.round(seconds)} s`
      : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;

  const machines = ({ machines: all }: PageStop) =>
    all.map(({ name, count: many }) => `${count(many)} x ${name}`).join('\n');

  const figures: readonly (readonly [name: string, show: (stop: PageStop) => string])[] = [
    ['Nodes', machines],
    ['USD an hour, on demand', ({ usdPerHour }) => usdPerHour?.toFixed(2) ?? '-'],
    ['Until all are taken', ({ seconds }) => time(seconds)],
    ['vCPUs', ({ vcpus }) => count(vcpus)],
    ['Addresses of the subnets', ({ addresses }) => count(addresses)],
    [
      'Requests/s to the Kubernetes API, starting',
      ({ apiRequestsAtStart: rate }) => count(Number(rate.toFixed(0))),
    ],
    [
      'Requests/s to the Kubernetes API, running',
      ({ apiRequestsPerSecond: rate }) => count(Number(rate.toFixed(0))),
    ],
  ];

  const verdictOf = (jobs: number, first: PageTerm): readonly [verdict: string, reason: string] => {
    const allows = first.allows ?? Number.POSITIVE_INFINITY;
    const because = `${first.name}: ${first.because}`;
    if (jobs > allows)
      return [
        `${count(allows)} of ${jobsOf(jobs)} run at once, ${count(jobs - allows)} ${jobs - allows === 1 ? 'waits' : 'wait'}.`,
        `What binds is ${because}. A waiting job starts when one that runs has ended.`,
      ];
    return [
      jobs === 1 ? 'The job runs.' : `All ${count(jobs)} run at once.`,
      first.allows === null ? 'Nothing binds.' : `What binds next, at ${count(allows)}, is ${because}.`,
    ];
  };

  const termLabel = (name: string, allowed: string, isShort: boolean) => {
    const label = element('p', '');
    const [word, kind] = isShort ? ['too few', 'bad'] : ['enough', 'good'];
    label.append(
      element('b', name),
      ' ',
      element('span', allowed, 'num'),
      ' ',
      element('span', word, `verdict ${kind}`),
    );
    return label;
  };
  const termBar = (filledTo: string, markAt: string) => {
    const bar = element('div', '', 'bar-track');
    bar.setAttribute('aria-hidden', 'true');
    const [filled, mark] = [element('div', '', 'bar-filled'), element('div', '', 'bar-mark')];
    filled.style.width = filledTo;
    mark.style.left = markAt;
    bar.append(filled, mark);
    return bar;
  };
  /** Lengths on a logarithmic scale: ten jobs and ten thousand are both seen. */
  const showTerms = (terms: readonly PageTerm[], jobs: number) => {
    const end = Math.log10(Math.max(jobs, ...terms.map(({ allows }) => allows ?? 1)) + 1);
    const part = (one: number) => `${Math.max((Math.log10(one + 1) / end) * 100, 0.5)}%`;
    const items = terms.map(({ name, allows, because }) => {
      const most = allows ?? Number.POSITIVE_INFINITY;
      const item = element('li', '', most < jobs ? 'short' : '');
      item.append(
        termLabel(name, allows === null ? 'any number' : count(allows), most < jobs),
        termBar(allows === null ? '100%' : part(allows), part(jobs)),
        element('p', because, 'because'),
      );
      return item;
    });
    byId('plan-terms').replaceChildren(...items);
  };

  const show = () => {
    const { stops, terms } = bursts[Number(runner.value)];
    const stop = stops[Number(range.value)];
    const own = terms[stop.terms];
    const [verdict, reason] = verdictOf(stop.jobs, own[0]);
    byId('jobs-shown').textContent = count(stop.jobs);
    range.setAttribute('aria-valuetext', jobsOf(stop.jobs));
    byId('plan-verdict').textContent = verdict;
    byId('plan-reason').textContent = reason;
    byId('plan-raise').replaceChildren(...stop.raise.map((one) => element('li', `Raise ${one}.`)));
    const running = stops.find(({ jobs }) => jobs === Math.min(own[0].allows ?? stop.jobs, stop.jobs));
    const isBound = running !== undefined && running.jobs < stop.jobs;
    byId('plan-now').textContent = running && isBound ? `The ${count(running.jobs)} that run` : '';
    byId('plan-now').hidden = !isBound;
    byId('plan-all').textContent = stop.jobs === 1 ? 'The job' : `All ${count(stop.jobs)}`;
    byId('plan-figures')
      .querySelector('tbody')
      ?.replaceChildren(
        ...figures.map(([name, value]) => {
          const row = document.createElement('tr');
          const head = element('th', name);
          head.setAttribute('scope', 'row');
          row.append(
            head,
            ...(running && isBound ? [element('td', value(running))] : []),
            element('td', value(stop)),
          );
          return row;
        }),
      );
    showTerms(own, stop.jobs);
  };

  /** Another runner has other stops: the nearest one to the number that was asked for. */
  const start = (jobs: number) => {
    const { stops } = bursts[Number(runner.value)];
    range.max = String(stops.length - 1);
    range.value = String(Math.max(stops.filter((stop) => stop.jobs <= jobs).length - 1, 0));
    show();
  };
  let last = asked;
  range.addEventListener('input', () => {
    show();
    last = bursts[Number(runner.value)].stops[Number(range.value)].jobs;
  });
  runner.addEventListener('change', () => start(last));
  start(asked);
  form.hidden = false;
  byId('plan').hidden = false;
}
