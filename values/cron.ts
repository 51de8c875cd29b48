/**
 * Cron lines as Karpenter's disruption budgets read them: five fields (minute, hour, day of month, month, day of
 * week) or one of the named schedules.
 * @see robfig/cron v3, parser.go
 */
const NAMED = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']);
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly names: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', low: 0, high: 59, names: [] },
  { name: 'hour', low: 0, high: 23, names: [] },
  { name: 'day of month', low: 1, high: 31, names: [] },
  { name: 'month', low: 1, high: 12, names: MONTHS },
  { name: 'day of week', low: 0, high: 6, names: DAYS },
];

/** Why a cron line does not parse, as half a sentence; undefined where it does. */
export function cronFault(line: string): string | undefined {
  if (line.startsWith('@'))
    return NAMED.has(line) ? undefined : `${line} is not one of ${[...NAMED].join(', ')}`;
  const fields = line.split(/\s+/);
  if (fields.length !== 5 || line.trim() !== line) return `a cron line has five fields, not ${fields.length}`;
  for (const [index, field] of FIELDS.entries()) {
    const wrong = fields[index].split(',').find((part) => !isPart(part, field));
    if (wrong !== undefined) return `"${wrong}" is no ${field.name} (${field.low} to ${field.high})`;
  }
  return undefined;
}

function isPart(part: string, field: Field): boolean {
  const [range, step, ...rest] = part.split('/');
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
  if (range === '*' || range === '?') return true;
  const bounds = range.split('-').map((text) => boundOf(text, field));
  if (bounds.length > 2 || bounds.some((bound) => bound === undefined)) return false;
  const [low, high = low] = bounds as number[];
  return low >= field.low && high <= field.high && low <= high;
}

function boundOf(text: string, field: Field): number | undefined {
  const named = field.names.indexOf(text.toLowerCase());
  if (named >= 0) return named + (field.low === 1 ? 1 : 0);
  return /^\d{1,2}$/.test(text) ? Number(text) : undefined;
}
