/** A time series and its value now. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Series that have one description: a histogram's are its buckets, its sum and its count. */
export interface MetricFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const SAMPLE = /^(\w+)(?:\{(.*)\})? (\S+)$/;

/**
 * What a program serves at `/metrics`, read.
 *
 * @throws Error with the line that is neither a comment nor a sample
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function parseExposition(text: string): readonly MetricFamily[] {
  const families: { name: string; type: string; help: string; samples: Sample[] }[] = [];
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, keyword, name, rest] = /^# (HELP|TYPE) (\w+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') families.push({ name, type: 'untyped', help: rest, samples: [] });
    else if (keyword === 'TYPE') families[families.length - 1].type = rest;
    else families[families.length - 1].samples.push(parseSample(line));
  }
  return families;
}

function parseSample(line: string): Sample {
  const match = SAMPLE.exec(line);
  if (!match) throw new Error(`"${line}" is not a sample`);
  const labels = Object.fromEntries(
    [...(match[2] ?? '').matchAll(LABEL)].map(([, key, value]) => [key, value]),
  );
  return { name: match[1], labels, value: Number(match[3].replace('Inf', 'Infinity')) };
}

/** The same, as Prometheus reads it. */
export function printExposition(families: readonly MetricFamily[]): string {
  const lines = families.flatMap(({ name, type, help, samples }) =>
    samples.length === 0
      ? []
      : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map(printSample)],
  );
  return `${lines.join('\n')}\n`;
}

function printSample({ name, labels, value }: Sample): string {
  const inside = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
  return `${name}${inside.length > 0 ? `{${inside.join(',')}}` : ''} ${String(value).replace('Infinity', 'Inf')}`;
}
