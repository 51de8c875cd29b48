import type { BurstTerm } from '../../plan/burst';
import type { Severity } from '../../problem';
import type { Verdict } from '../../report/report';

/** Everything that the page of a fleet shows. Texts are made visible already, and nothing here is escaped. */
export interface PageData {
  /** For example `Runner fleet production`. */
  readonly title: string;
  /** Clusters with what they cost, as `check` says it. */
  readonly costs: readonly PageCost[];
  /** Fleets that share nothing, as `check` says it; a line for each cluster that has several. */
  readonly apart: readonly string[];
  /** How much is proved, as a sentence; undefined where all of it is. */
  readonly proof: string | undefined;
  readonly counts: Readonly<Record<Severity, number>>;
  readonly runners: readonly PageRunner[];
  readonly pools: readonly PagePool[];
  readonly bursts: readonly PageBurst[];
  readonly assumptions: PageAssumptions;
  readonly findings: readonly PageFinding[];
  readonly silenced: readonly PageSilenced[];
  /** Pages of rules that findings are of, as Markdown, by rule. */
  readonly explanations: Readonly<Record<string, string>>;
  readonly needs: readonly PageNeed[];
  /** What of the folder is not rendered, with the command that renders it. */
  readonly unrendered: readonly string[];
  /** Undefined where nothing is compared. */
  readonly change: PageChange | undefined;
}

/** A runner, all of its managers together. */
export interface PageRunner {
  readonly name: string;
  /** Folder of its cluster; empty where there is one cluster. */
  readonly cluster: string;
  /** The fleet that it is of, where there are several; undefined else. */
  readonly fleet: string | undefined;
  readonly tags: readonly string[];
  readonly takesUntagged: boolean;
  readonly isProtected: boolean;
  /** Most jobs at once by its managers, and the managers that make it. */
  readonly jobs: number;
  readonly managers: number;
  /** Pools that take its jobs, the one that Karpenter tries first in front; a Fargate profile has no types. */
  readonly pools: readonly { readonly name: string; readonly types: number | undefined }[];
  /** Cheapest type for a job of the default size; undefined where it lands nowhere. */
  readonly type: string | undefined;
  /** The pool or profile that this type is of. */
  readonly typePool: string | undefined;
  /** What it waits for before it takes any job, for example `its token`; undefined where it takes jobs. */
  readonly waitsFor: string | undefined;
  /** USD for a minute of such a job, alone on its node, and with every slot of a node taken. */
  readonly usdAlone: number | undefined;
  readonly usdPacked: number | undefined;
  /** The range on Spot of a minute alone, with what it rests on; undefined where jobs get no Spot node. */
  readonly spot: PageSpot | undefined;
  readonly managersOn: string | undefined;
  readonly verdict: Verdict;
  /** What a job asks for that asks for nothing itself, and the most that one may ask for. */
  readonly job: PageSize | undefined;
  readonly largestJob: PageSize | undefined;
  /** What a job may request for its own container, and what the others add; undefined where it is not known. */
  readonly accepts: PageAccepted | undefined;
  /** What each pool makes of its jobs, those that take them first. */
  readonly landing: readonly PageLanding[];
  /** Place in `bursts`; undefined where no job lands. */
  readonly burst: number | undefined;
}

export interface PageSpot {
  readonly low: number;
  readonly high: number;
  /** For example `AWS, 2026-11-20`. */
  readonly source: string;
}

/** What a cluster costs while no job runs, and at its limits. */
export interface PageCost {
  readonly cluster: string;
  /** Region whose prices these are, their day, and where they come from. */
  readonly pricesOf: string;
  readonly pricesAsOf: string;
  /** Region of the cluster, where these are the prices of another; undefined else. */
  readonly otherRegion: string | undefined;
  readonly floor: PageSum;
  readonly ceiling: PageSum;
  /** The ceiling if EC2 has nothing but the most expensive types of each pool; null where nothing bounds it. */
  readonly worstUsdPerHour: number | null;
}

export interface PageSum {
  /** US dollars; null where nothing bounds it. */
  readonly total: number | null;
  readonly lines: readonly PageCostLine[];
  /** What has a price that is not known. */
  readonly unknown: readonly string[];
}

export interface PageCostLine {
  readonly what: string;
  readonly name: string;
  readonly usd: number | null;
  readonly because: string;
}

export interface PageSize {
  /** For example `1 CPU`. */
  readonly cpu: string;
  /** For example `4 GiB`. */
  readonly memory: string;
}

export interface PageAccepted {
  /** CPUs, and GiB of memory: the most that the container of a job may request, where its pod then has a node. */
  readonly cpu: number;
  readonly memory: number;
  /** For example `0.1 CPU and 0.25 GiB`. */
  readonly adds: string;
}

/** Why a pool takes jobs of a runner, or why it does not. */
export interface PageLanding {
  readonly pool: string;
  readonly takes: boolean;
  readonly why: string;
}

/** A NodePool, with its types by price. */
export interface PagePool {
  readonly name: string;
  readonly cluster: string;
  /** For example `arm64`, `spot`; undefined where the pool does not say. */
  readonly arch: string | undefined;
  readonly capacity: string | undefined;
  readonly weight: number;
  /** For example `cpu 208, memory 312Gi`; empty without a limit. */
  readonly limits: string;
  readonly requirements: readonly string[];
  readonly taints: readonly string[];
  /** Runners whose jobs land here, and those whose managers do. */
  readonly jobsOf: readonly string[];
  readonly managersOf: readonly string[];
  /** The cheapest first; those without a known price at the end. */
  readonly types: readonly PageType[];
  /** Types that the largest job of every runner here fits. */
  readonly fitting: number;
}

export interface PageType {
  readonly name: string;
  readonly vcpu: number;
  readonly memoryGib: number;
  readonly usdPerHour: number | undefined;
  /** Jobs of the default size on one node, of the first runner here; undefined where no job lands. */
  readonly slots: number | undefined;
  readonly usdPerMinutePacked: number | undefined;
  /** Of how many runners here the largest job fits. */
  readonly fits: number;
}

/** What a plan is made with, where nobody says otherwise. */
export interface PageAssumptions {
  readonly minutes: number;
  readonly requestSeconds: number;
}

/** What N jobs at once come to, for runners that are alike. */
export interface PageBurst {
  readonly runners: readonly string[];
  readonly managers: number;
  /** Every list of terms that stops have, the one that binds first in front. Usually one list for all. */
  readonly terms: readonly (readonly PageTerm[])[];
  readonly stops: readonly PageStop[];
}

export interface PageTerm extends Pick<BurstTerm, 'name' | 'because'> {
  /** Null for any number: JSON has no infinity. */
  readonly allows: number | null;
}

/** The figures of `plan --jobs N`. */
export interface PageStop {
  readonly jobs: number;
  readonly terms: number;
  readonly machines: readonly { readonly name: string; readonly count: number }[];
  readonly usdPerHour: number | null;
  readonly vcpus: number;
  readonly addresses: number;
  /** Until all are taken off GitLab's queue. */
  readonly seconds: number;
  readonly apiRequestsAtStart: number;
  readonly apiRequestsPerSecond: number;
  /** What to raise so that all run; empty where they do. */
  readonly raise: readonly string[];
}

export interface PageFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly object: string;
  readonly path: string;
  readonly file: string;
  readonly line: number | undefined;
  readonly found: string;
  readonly why: string;
  readonly fix: string;
  /** Further places of the same cause. */
  readonly also: readonly {
    readonly object: string;
    readonly file: string;
    readonly line: number | undefined;
  }[];
}

export interface PageSilenced {
  readonly rule: string;
  readonly object: string;
  readonly reason: string;
}

export interface PageNeed {
  readonly cluster: string;
  readonly kind: string;
  readonly name: string;
  readonly keys: readonly string[];
  readonly state: 'found' | 'declared' | 'missing' | 'outside';
  readonly askedBy: readonly string[];
}

/** What a change does, against an earlier revision. */
export interface PageChange {
  /** The revision that is compared with, as it was named. */
  readonly base: string;
  readonly clusters: readonly PageClusterChange[];
  /** Files that no rule judges: a sentence, and a line for each. */
  readonly foreign: readonly { readonly sentence: string; readonly lines: readonly string[] }[];
}

export interface PageClusterChange {
  readonly cluster: string;
  /** For example `1 object added, 2 changed`. */
  readonly summary: string;
  /** What a person would say first: what was meant, what becomes of jobs, what it costs. Undefined where no object changes. */
  readonly sentence: string | undefined;
  /** Whether what guards the fleet is weaker afterwards, as a sentence; undefined where it is not. */
  readonly weaker: string | undefined;
  /** Which jobs other runners take than before, or none: a sentence for each. */
  readonly routes: readonly PageRoute[];
  readonly impacts: readonly PageImpact[];
  readonly effects: readonly PageEffect[];
  /** Sums of the cluster before and after, and the lines that make them differ. */
  readonly cost: readonly PageEffectRow[];
  readonly costLines: readonly PageLineChange[];
  readonly objects: readonly PageObjectChange[];
  /** Objects that no rule says anything about. */
  readonly silent: number;
}

export interface PageRoute {
  readonly isLost: boolean;
  readonly text: string;
}

export interface PageImpact {
  readonly rule: string;
  readonly weight: 'security' | 'disruptive' | 'notice' | 'info';
  readonly objects: readonly string[];
  readonly what: string;
  readonly why: string;
}

/** A line of a sum that differs; `sum` says of which, with its unit. */
export interface PageLineChange {
  readonly sum: string;
  readonly name: string;
  /** US dollars, with a sign. */
  readonly usd: string;
  readonly because: string;
}

/** The figures of a runner before and after. */
export interface PageEffect {
  readonly runner: string;
  readonly rows: readonly PageEffectRow[];
}

export interface PageEffectRow {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

export interface PageObjectChange {
  readonly object: string;
  readonly file: string;
  readonly is: 'added' | 'removed' | 'changed';
  readonly fields: readonly { readonly path: string; readonly before: string; readonly after: string }[];
}
