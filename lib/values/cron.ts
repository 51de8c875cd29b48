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

/**
 * Minutes of a year of 365 days, which begins on a Monday, that one of some cron lines matches. Where both days are
 * restricted either will do, as cron has it.
 *
 * @throws RangeError for a line that does not parse, or is a named schedule
 */
export function cronMinutesPerYear(lines: readonly string[]): number {
  const parsed = lines.map(matchesOf);
  let minutes = 0;
  for (let day = 0, month = 1, date = 1; day < 365; day++) {
    const today = parsed.filter((line) => isDay(line, date, month, (day + 1) % 7));
    if (today.length === 1) minutes += today[0].minutes.size * today[0].hours.size;
    else if (today.length > 1) minutes += countTogether(today);
    [month, date] = date === DAYS_OF_MONTH[month - 1] ? [month + 1, 1] : [month, date + 1];
  }
  return minutes;
}

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

interface CronMatches {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly dates: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
}

function matchesOf(line: string): CronMatches {
  const fault = line.startsWith('@') ? 'it is a named schedule' : cronFault(line);
  if (fault !== undefined) throw new RangeError(`"${line}": ${fault}`);
  const [minutes, hours, dates, months, days] = line
    .split(/\s+/)
    .map((text, index) => valuesOf(text, FIELDS[index]));
  return { minutes, hours, dates, months, days };
}

function valuesOf(text: string, field: Field): Set<number> {
  const values = text.split(',').flatMap((part) => {
    const [range, step] = part.split('/');
    const isAll = range === '*' || range === '?';
    const bounds = isAll ? [field.low, field.high] : range.split('-').map((one) => boundOf(one, field) ?? 0);
    const [low, high = step === undefined ? low : field.high] = bounds;
    return Array.from({ length: high - low + 1 }, (_, index) => low + index).filter(
      (value) => (value - low) % Number(step ?? 1) === 0,
    );
  });
  return new Set(values);
}

function isDay({ dates, months, days }: CronMatches, date: number, month: number, day: number): boolean {
  const either = dates.size < 31 && days.size < 7;
  const isOne = either ? dates.has(date) || days.has(day) : dates.has(date) && days.has(day);
  return months.has(month) && isOne;
}

function countTogether(lines: readonly CronMatches[]): number {
  const seen = new Set<number>();
  for (const { hours, minutes } of lines) {
    for (const hour of hours) for (const minute of minutes) seen.add(hour * 60 + minute);
  }
  return seen.size;
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
