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
      const other = [...old.keys()].filter((key) => now.has(key) && now.get(key) !== old.get(key));
      return [
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
function alertsOf(manifest: Manifest | undefined): ReadonlyMap<string, string> {
  const groups = listOf(at(manifest?.body, ['spec', 'groups'])).map(fieldsOf);
  const rules = groups.flatMap((group) => listOf(group.rules).map(fieldsOf));
  return new Map(
    rules.flatMap(({ alert, expr, labels, for: holds }) => {
      const name = textOf(alert);
      if (name === undefined) return [];
      const { severity: _, ...others } = textsOf(labels);
      const told = ['manager', 'runner', 'source', 'nodepool'].flatMap((key) => others[key] ?? []);
      const key = told.length === 0 ? name : `${name} (${told.join(', ')})`;
      return [[key, JSON.stringify([expr, holds])] as const];
    }),
  );
}
