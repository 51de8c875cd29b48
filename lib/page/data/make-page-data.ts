import type { Subject } from '../../cluster/observe';
import { fleetsOf } from '../../cluster/tiers';
import { unrenderedOf } from '../../cluster/unrendered';
import type { Severity } from '../../problem';
import type { Report } from '../../report/report';
import { apartLine, proofText } from '../../report/text';
import { visibleTexts } from '../../values/visible';
import { burstsOf } from './bursts';
import { changeOf, type PageComparison } from './change';
import { costPart } from './costs';
import { findingsOf, needsOf, silencedOf, unrenderedLines } from './findings';
import type { PageAssumptions, PageBurst, PageCost, PageData, PageRunner } from './page-data';
import { poolsOf } from './pools';
import { runnersOf } from './runners';

/** What `plan` takes for a job where nobody says otherwise. */
export const PLAN_ASSUMPTIONS: PageAssumptions = { minutes: 5, requestSeconds: 0.5 };

/** A cluster as it was observed, and what checks say of it. */
export interface PageCluster {
  readonly subject: Subject;
  readonly report: Report;
}

/** What a page is made of. */
export interface PageInput {
  readonly clusters: readonly PageCluster[];
  /** Undefined where nothing is compared. */
  readonly comparison?: PageComparison;
  /** The section of a rule in its page, as Markdown. */
  readonly explain: (rule: string) => string;
}

/** Puts together what a page shows: the figures of `check`, `plan`, `diff` and `needs`, and none of its own. */
export function makePageData({ clusters, comparison, explain }: PageInput): PageData {
  const bursts: PageBurst[] = [];
  const costs: PageCost[] = [];
  const runners: PageRunner[] = [];
  for (const { subject, report } of clusters) {
    const own = burstsOf(subject, PLAN_ASSUMPTIONS);
    costs.push(costPart(report.cost, report.cluster ?? ''));
    runners.push(...runnersOf(report, subject, own, bursts.length));
    bursts.push(...own);
  }
  const findings = clusters.flatMap(({ report }) => findingsOf(report));
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort();
  const data: Omit<PageData, 'explanations'> = visibleTexts({
    title: titleOf(clusters),
    costs,
    apart: clusters.flatMap(({ report }) => apartLine(report).filter((line) => line !== '')),
    proof: proofOf(clusters),
    counts: countsOf(clusters),
    runners,
    pools: clusters.flatMap(({ subject, report }) => poolsOf(subject, report.cluster ?? '')),
    bursts,
    assumptions: PLAN_ASSUMPTIONS,
    findings,
    silenced: clusters.flatMap(({ report }) => silencedOf(report)),
    needs: clusters.flatMap(({ report }) => needsOf(report.needs, report.cluster ?? '')),
    unrendered: clusters.flatMap(({ subject }) =>
      unrenderedLines(unrenderedOf(subject.manifests, subject.others)),
    ),
    change: comparison && changeOf(comparison),
  });
  // Ours, with lines that have to stay.
  return { ...data, explanations: Object.fromEntries(rules.map((rule) => [rule, explain(rule)])) };
}

/** The fleets by name, or the clusters where nothing names a fleet. */
function titleOf(clusters: readonly PageCluster[]): string {
  const fleets = clusters.flatMap(({ subject }) => fleetsOf(subject));
  const names = fleets.length > 0 ? fleets : clusters.flatMap(({ report }) => report.cluster ?? []);
  const known = [...new Set(names)];
  if (known.length === 0 || known.length > TITLES_MOST) return 'Runner fleet';
  return known.length === 1 ? `Runner fleet ${known[0]}` : `Runner fleets ${known.join(', ')}`;
}

/** Fleets that a title names. */
const TITLES_MOST = 4;

function countsOf(clusters: readonly PageCluster[]): Readonly<Record<Severity, number>> {
  const count = (severity: Severity) =>
    clusters.reduce((sum, { report }) => sum + report.counts[severity], 0);
  return { error: count('error'), warning: count('warning'), note: count('note') };
}

/** What of the clusters is not proved, a sentence for each that has something. */
function proofOf(clusters: readonly PageCluster[]): string | undefined {
  const sentences = clusters.flatMap(({ report }) => {
    const text = proofText(report.proof, report.counts);
    if (text === undefined) return [];
    return report.cluster === undefined ? [text] : [`${report.cluster}: ${text}`];
  });
  return sentences.length > 0 ? sentences.join(' ') : undefined;
}
