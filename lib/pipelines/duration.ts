const SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  secs: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  mins: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hrs: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
  w: 604_800,
  week: 604_800,
  weeks: 604_800,
};

/** Seconds of a timeout as people write it: `3h 30m`, `1 hour and 30 minutes`, `3600`. Undefined for any other text. */
export function parseTimeout(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const parts = [...text.toLowerCase().matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)|\band\b|,/g)];
  const rest = text
    .toLowerCase()
    .replace(/(\d+(?:\.\d+)?)\s*([a-z]+)|\band\b|,/g, '')
    .trim();
  const amounts = parts.filter(([, amount]) => amount !== undefined);
  if (rest !== '' || amounts.length === 0 || amounts.some(([, , unit]) => SECONDS[unit] === undefined))
    return undefined;
  return amounts.reduce((sum, [, amount, unit]) => sum + Number(amount) * SECONDS[unit], 0);
}
