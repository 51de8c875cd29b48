import type { Manifest } from '../cluster/manifest';
import { at, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { type Comparison, changesOf, firstFew, type Impact, impact, type Rule } from './rule';

/** What nobody is told of any more, or at another moment. */
export const alertsChange: Rule = {
  id: 'alerts-change',
  title: 'People rely on alerts: what they no longer report, or report later, goes unnoticed.',
  run: (comparison) => [
    ...changesOf(comparison, 'PrometheusRule').flatMap((change): Impact[] => {
      const [old, now] = [change.before, change.after].map(alertsOf);
      const gone = [...old.keys()].filter((key) => !now.has(key));
      const kept = [...old].flatMap(([key, before]) => {
        const after = now.get(key);
        return after === undefined ? [] : [{ key, before, after }];
      });
      const named = (differs: (before: Condition, after: Condition) => boolean) =>
        kept.filter(({ before, after }) => differs(before, after)).map(({ key }) => key);
      const weaker: Impact[] = WEAKER.flatMap(({ differs, what }) => {
        const keys = named(differs);
        return keys.length === 0
          ? []
          : [impact('alerts-change', 'notice', change, `${firstFew(keys)}: ${what}`, WHY)];
      });
      const isWeaker = (before: Condition, after: Condition) =>
        WEAKER.some(({ differs }) => differs(before, after));
      const other = named((before, after) => isOther(before, after) && !isWeaker(before, after));
      return [
        ...weaker,
        ...(gone.length === 0
          ? []
          : [impact('alerts-change', 'notice', change, `Nobody is told any more: ${firstFew(gone)}.`, WHY)]),
        ...(other.length === 0
          ? []
          : [impact('alerts-change', 'info', change, `${firstFew(other)}: fires on other conditions.`, WHY)]),
      ];
    }),
    ...monitorsGone(comparison),
  ],
};

const WHY = 'Prometheus evaluates what the PrometheusRule says, as soon as it is applied.';

/** When an alert fires, and how loudly. */
interface Condition {
  readonly expression: string;
  readonly seconds: number;
  readonly holds: string | undefined;
  readonly severity: string | undefined;
}

/** Severities that receivers of alerts usually know, and that the fleet's alerts have. */
const HEARD: readonly (string | undefined)[] = ['critical', 'warning'];

/** Ways in which an alert that is still there may never reach anybody. */
const WEAKER: readonly {
  readonly differs: (before: Condition, after: Condition) => boolean;
  readonly what: string;
}[] = [
  {
    // Numbers follow the settings of the runner; all else is another question.
    differs: (before, after) => withoutNumbers(before.expression) !== withoutNumbers(after.expression),
    what: 'asks another question, by which it may never fire.',
  },
  {
    differs: ({ seconds: before }, { seconds: after }) => after > 2 * Math.max(before, 60),
    what: 'fires only after the condition has held for more than twice as long.',
  },
  {
    differs: ({ severity: before }, { severity: after }) => before !== after && !HEARD.includes(after),
    what: 'has another severity, which may reach nobody.',
  },
];

function isOther(before: Condition, after: Condition): boolean {
  return before.expression !== after.expression || before.holds !== after.holds;
}

function withoutNumbers(expression: string): string {
  return expression.replace(/\d+(\.\d+)?/g, '#').replace(/\s+/g, ' ');
}

/** Without what is scraped, no alert of managers fires but that they are absent. */
function monitorsGone(comparison: Comparison): Impact[] {
  return changesOf(comparison, 'PodMonitor')
    .filter(({ before, after }) => before && !after)
    .map((change) =>
      impact(
        'alerts-change',
        'notice',
        change,
        'Prometheus scrapes what it selects no more.',
        'Alerts on these metrics can only report that they are missing.',
      ),
    );
}

/** The alerts of an object by name and labels, and when each fires. */
function alertsOf(manifest: Manifest | undefined): ReadonlyMap<string, Condition> {
  const groups = listOf(at(manifest?.body, ['spec', 'groups'])).map(fieldsOf);
  const rules = groups.flatMap((group) => listOf(group.rules).map(fieldsOf));
  return new Map(
    rules.flatMap(({ alert, expr, labels, for: holds }) => {
      const name = textOf(alert);
      if (name === undefined) return [];
      const { severity, ...others } = textsOf(labels);
      const told = ['manager', 'runner', 'source', 'nodepool'].flatMap((key) => others[key] ?? []);
      const key = told.length === 0 ? name : `${name} (${told.join(', ')})`;
      const condition: Condition = {
        expression: String(expr),
        seconds: secondsIn(holds),
        holds: textOf(holds),
        severity,
      };
      return [[key, condition] as const];
    }),
  );
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/** Seconds of a duration as Prometheus reads it, for example `1h30m`; none is 0. */
function secondsIn(text: unknown): number {
  const parts = [...(textOf(text) ?? '').matchAll(/(\d+)(ms|[smhdwy])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit], 0);
}
