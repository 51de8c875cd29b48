/** A line of a panel, or several of one kind: one query of PromQL. */
export interface DashboardQuery {
  readonly expr: string;
  /** Name of each line, with labels in double braces: `{{runner_name}}`. */
  readonly legend: string;
}

/** How a panel draws its lines. */
export type DrawStyle = 'lines' | 'stacked' | 'bars';

/** Units as Grafana names them; `percentunit` is a share from 0 to 1, `reqps` requests per second. */
export type PanelUnit = 'short' | 'percentunit' | 's' | 'reqps';

export interface DashboardPanel {
  readonly title: string;
  /** What a reader should know of it, shown at its corner. */
  readonly description: string;
  readonly unit: PanelUnit;
  readonly draw: DrawStyle;
  readonly queries: readonly DashboardQuery[];
}

export interface DashboardRow {
  readonly title: string;
  readonly panels: readonly DashboardPanel[];
}

/** A choice that a reader makes at the top, by the values of a label. */
export interface DashboardChoice {
  readonly name: string;
  readonly title: string;
  /** Series whose label has the values. */
  readonly series: string;
  readonly label: string;
}

export interface Dashboard {
  /** Part of its address, so that links to it last: at most 40 letters, digits and dashes. */
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly choices: readonly DashboardChoice[];
  readonly rows: readonly DashboardRow[];
}

/** The Prometheus that a reader chooses at the top. */
const DATASOURCE = { type: 'prometheus', uid: '$datasource' };
/** Version of Grafana's schema of dashboards that this is written in: Grafana 10.0. Later ones convert it. */
const SCHEMA_VERSION = 38;
/** Columns of Grafana's grid, and the size of a panel: three in a line. */
const COLUMNS = 24;
const WIDTH = 8;
const HEIGHT = 8;

const REF_IDS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The file that Grafana reads. */
export function dashboardJson(dashboard: Dashboard): string {
  const { uid, title, tags, choices } = dashboard;
  const model = {
    uid,
    title,
    tags,
    editable: false,
    schemaVersion: SCHEMA_VERSION,
    timezone: 'browser',
    refresh: '1m',
    time: { from: 'now-6h', to: 'now' },
    templating: { list: [datasourceVariable(), ...choices.map(choiceVariable)] },
    panels: placed(dashboard.rows),
  };
  return `${JSON.stringify(model, null, 2)}\n`;
}

function datasourceVariable(): unknown {
  return { type: 'datasource', name: 'datasource', label: 'Prometheus', query: 'prometheus', refresh: 1 };
}

function choiceVariable({ name, title, series, label }: DashboardChoice): unknown {
  const query = `label_values(${series}, ${label})`;
  return {
    type: 'query',
    name,
    label: title,
    datasource: DATASOURCE,
    definition: query,
    query: { query, refId: name },
    // At each change of the time range: managers come and go.
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.+',
    current: { text: 'All', value: '$__all' },
  };
}

/** Rows below each other, the panels of each in lines of three, with ids in the order of reading. */
function placed(rows: readonly DashboardRow[]): unknown[] {
  const all: unknown[] = [];
  let y = 0;
  for (const row of rows) {
    const gridPos = { x: 0, y, w: COLUMNS, h: 1 };
    all.push({ id: all.length + 1, type: 'row', title: row.title, collapsed: false, gridPos, panels: [] });
    y += 1;
    for (const [index, panel] of row.panels.entries()) {
      const x = (index * WIDTH) % COLUMNS;
      if (index > 0 && x === 0) y += HEIGHT;
      all.push(panelModel(panel, all.length + 1, { x, y, w: WIDTH, h: HEIGHT }));
    }
    y += HEIGHT;
  }
  return all;
}

function panelModel(panel: DashboardPanel, id: number, gridPos: object): unknown {
  const { title, description, unit, draw, queries } = panel;
  return {
    id,
    type: 'timeseries',
    title,
    description,
    datasource: DATASOURCE,
    gridPos,
    fieldConfig: { defaults: { unit, min: 0, custom: drawing(draw) }, overrides: [] },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: REF_IDS[index],
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
    })),
  };
}

function drawing(draw: DrawStyle): unknown {
  const stacking = { mode: draw === 'lines' ? 'none' : 'normal', group: 'A' };
  return draw === 'bars'
    ? { drawStyle: 'bars', fillOpacity: 60, lineWidth: 0, stacking }
    : {
        drawStyle: 'line',
        fillOpacity: draw === 'stacked' ? 30 : 0,
        lineWidth: 1,
        showPoints: 'never',
        stacking,
      };
}
