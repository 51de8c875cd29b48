import { CHART_RELEASE, CHART_VALUES, type ChartValue, shortName } from '../../lib/import/chart-values';

/** Values that an option replaces, by `<interface>.<option>`. */
export function valuesByOption(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { value, options = [] } of CHART_VALUES)
    for (const option of options) found.set(option, [...(found.get(option) ?? []), value]);
  return found;
}

/** The section of the page: a row for each value. */
export function chartSection(): readonly string[] {
  const rows = CHART_VALUES.map((one) => `| \`${one.value}\` | ${placeOf(one)} | ${one.note ?? ''} |`);
  return [
    '',
    '## Values of the Helm chart',
    '',
    `Every value of the chart ${CHART_RELEASE} of GitLab Runner, with what replaces it; [helm.md](helm.md) says how to move.`,
    '',
    '| value | here | note |',
    '| --- | --- | --- |',
    ...rows,
  ];
}

function placeOf({ hatches = [], options = [] }: ChartValue): string {
  const names = [...options.map(shortName), ...hatches].map((name) => `\`${name}\``);
  return names.length > 0 ? names.join(', ') : 'not needed';
}
