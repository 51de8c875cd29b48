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
  dy: 86_400,
  day: 86_400,
  days: 86_400,
  w: 604_800,
  wk: 604_800,
  wks: 604_800,
  week: 604_800,
  weeks: 604_800,
  mo: 2_592_000,
  mos: 2_592_000,
  month: 2_592_000,
  months: 2_592_000,
  y: 31_557_600,
  yr: 31_557_600,
  yrs: 31_557_600,
  year: 31_557_600,
  years: 31_557_600,
};
const JOINING = new Set(['and', 'with', 'plus']);
/** Numbers in words, which GitLab reads and this file does not. */
const NUMBER =
  /^(an?|half|quarter|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(thir|four|fif|six|seven|eigh|nine)teen|(twen|thir|for|four|fif|six|seven|eigh|nine)ty|hundred|thousand)$/;

/**
 * Whether GitLab may read a text as a duration. What is in doubt counts as one.
 * @see ChronicDuration.parse, which GitLab lets fail for words that it does not know, and for nothing in all
 */
export function isTimeout(text: string): boolean {
  if (parseTimeout(text) === 0) return false;
  const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
  const isKnown = (word: string) => Object.hasOwn(SECONDS, word) || JOINING.has(word) || NUMBER.test(word);
  return words.every(isKnown) && /\d|[a-z]/i.test(text);
}

/** An amount with its unit, or what joins two of them. */
const PART = /(\d+(?:\.\d+)?)\s*([a-z]+)|\b(?:and|with|plus)\b|,/g;

/** Seconds of a timeout as people write it: `3h 30m`, `1 hour and 30 minutes`, `3600`. Undefined for any other text. */
export function parseTimeout(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const lower = text.toLowerCase();
  const amounts = [...lower.matchAll(PART)].filter(([, amount]) => amount !== undefined);
  const isRead = lower.replace(PART, '').trim() === '' && amounts.length > 0;
  if (!isRead || amounts.some(([, , unit]) => !Object.hasOwn(SECONDS, unit))) return undefined;
  return amounts.reduce((sum, [, amount, unit]) => sum + Number(amount) * SECONDS[unit], 0);
}
