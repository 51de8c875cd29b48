import { type Fields, fieldsOf, isTable, listOf, textOf } from '../values/record';

/** Key of a ConfigMap that holds a dashboard of Grafana, which people look at. */
export const DASHBOARD_FILE = /^gitlab-runners-[a-z0-9-]+\.json$/;

/** A dashboard in parts, so that a change of one is not printed as two whole files. */
export interface DashboardParts {
  /** What stands beside its panels. */
  readonly settings: Fields;
  /** Panels and rows as JSON, by their titles; without their places. */
  readonly panels: ReadonlyMap<string, string>;
  /** The place of each, as JSON. */
  readonly layout: string;
}

/** The parts of a file of a ConfigMap; undefined for one that is not a dashboard, which is shown as it is. */
export function dashboardParts(key: string, text: string): DashboardParts | undefined {
  if (!DASHBOARD_FILE.test(key)) return undefined;
  const { panels: list, ...settings } = fieldsOf(parsed(text));
  if (!Array.isArray(list) || !list.every(isTable)) return undefined;
  const panels = new Map<string, string>();
  const places: unknown[] = [];
  for (const panel of listOf(list).map(fieldsOf)) {
    const { gridPos, id, ...own } = panel;
    let title = textOf(panel.title) ?? '';
    while (panels.has(title)) title = `${title} (another)`;
    panels.set(title, JSON.stringify(own));
    places.push([title, id, gridPos]);
  }
  return { settings, panels, layout: JSON.stringify(places) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
