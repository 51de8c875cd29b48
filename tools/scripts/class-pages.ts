import { type ClassFigures, figuresTable, prewarmTable } from './class-figures';
import { clipTable } from './clip-costs';

/** One worked example: its README, and the figures of the runners that it adds or changes. */
export interface ClassExample {
  readonly name: string;
  readonly readme: string;
  readonly figures: readonly ClassFigures[];
  /** The figures of all its runners, the default ones too. */
  readonly all: readonly ClassFigures[];
  /** What managers cost on nodes and on Fargate. */
  readonly managers: string;
  /** The same runners on self-managed Karpenter and on EKS Auto Mode. */
  readonly compared: string;
  /** What the planner says of a burst, as it prints it. */
  readonly plan: string;
}

const FIGURES = /<!-- figures -->\n[\s\S]*?<!-- \/figures -->/;
const CLIPS = /<!-- clips -->\n[\s\S]*?<!-- \/clips -->/;
const PREWARM = /<!-- prewarm -->\n[\s\S]*?<!-- \/prewarm -->/;
const PLAN = /<!-- plan -->\n[\s\S]*?<!-- \/plan -->/;
const COMPARED = /<!-- compared -->\n[\s\S]*?<!-- \/compared -->/;
const MANAGERS = /<!-- managers -->\n[\s\S]*?<!-- \/managers -->/;
/** Figures of one runner by name, for comparison. */
const ONE = /<!-- figures of ([\w-]+) -->\n[\s\S]*?<!-- \/figures of \1 -->/g;
const CLASSES = /<!-- classes -->\n[\s\S]*?<!-- \/classes -->/;

/** The README of an example with its figures as they are now. */
export function examplePage({ readme, figures, all, plan, managers, compared }: ClassExample): string {
  return readme
    .replace(FIGURES, () => `<!-- figures -->\n${figuresTable(figures)}\n<!-- /figures -->`)
    .replace(PREWARM, () => `<!-- prewarm -->\n${prewarmTable(figures)}\n<!-- /prewarm -->`)
    .replace(PLAN, () => `<!-- plan -->\n\`\`\`\n${plan}\`\`\`\n<!-- /plan -->`)
    .replace(MANAGERS, () => `<!-- managers -->\n${managers}\n<!-- /managers -->`)
    .replace(COMPARED, () => `<!-- compared -->\n${compared}\n<!-- /compared -->`)
    .replace(ONE, (_, name: string) => {
      const table = figuresTable(all.filter(({ runner }) => runner === name));
      return `<!-- figures of ${name} -->\n${table}\n<!-- /figures of ${name} -->`;
    })
    .replace(CLIPS, () => `<!-- clips -->\n${clipTable()}\n<!-- /clips -->`);
}

/** The README of the project with its table of classes as the examples have it. */
export function classesPage(page: string, examples: readonly ClassExample[]): string {
  const rows = examples.map(({ name, readme, figures }) => {
    const title = /^# (.*)$/m.exec(readme)?.[1];
    const cells = [
      `[${title}](examples/${name})`,
      said(readme, 'Use it'),
      costs(figures),
      said(readme, 'Limitations:'),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const table = [
    '| class | use it | USD per job-minute | limitations |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  return page.replace(CLASSES, () => `<!-- classes -->\n${table}\n<!-- /classes -->`);
}

/** The paragraph that begins with a bold text, without it, on one line. */
function said(readme: string, start: string): string {
  const text = readme
    .split('\n\n')
    .find((paragraph) => paragraph.startsWith(`**${start}**`))
    ?.slice(start.length + 4)
    .replace(/\s+/g, ' ')
    .trim();
  if (!text) throw new Error(`an example has no paragraph that begins with "${start}"`);
  return text.replace(/\.$/, '');
}

/** From the cheapest runner on a full node to the most expensive one alone on its node. */
function costs(figures: readonly ClassFigures[]): string {
  const least = Math.min(...figures.map(({ usdPerMinutePacked }) => usdPerMinutePacked));
  const most = Math.max(...figures.map(({ usdPerMinuteAlone }) => usdPerMinuteAlone));
  return `${least.toFixed(5)} to ${most.toFixed(5)}`;
}
