/**
 * Durations in whole seconds, written as Go and Karpenter write them: `90s`, `30m`, `1h30m`.
 * Days are not a unit there, and neither has fractions here: every duration of a fleet is whole seconds.
 */
const SHAPE = /^(?:(\d{1,6})h)?(?:(\d{1,7})m)?(?:(\d{1,9})s)?$/;

/** Hours of a year of 365 days, and of a twelfth of it. */
export const HOURS_PER_YEAR = 365 * 24;
export const HOURS_PER_MONTH = HOURS_PER_YEAR / 12;

/** Reads a duration into seconds, or returns undefined where it isn't one (`5`, `1d`, `1.5h`, an empty text). */
export function parseDuration(text: string): number | undefined {
  const match = SHAPE.exec(text);
  if (!match || text === '') return undefined;
  const [, hours = '0', minutes = '0', seconds = '0'] = match;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** Reads a duration that has been validated, into seconds. @throws RangeError for any other text */
export function secondsOf(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) throw new RangeError(`"${text}" is not a duration`);
  return seconds;
}

/** Writes seconds as the shortest text that `parseDuration` reads back: 7800 becomes `2h10m`. */
export function formatDuration(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'm'],
    [seconds % 60, 's'],
  ];
  const text = parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join('');
  return text || '0s';
}
