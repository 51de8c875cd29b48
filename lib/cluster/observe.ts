import { isOfOtherExecutor } from '../gitlab-runner/config/other-executor';
import { jobPod } from '../gitlab-runner/executor/job-pod';
import { largestJob } from '../gitlab-runner/executor/job-resources';
import { type ControllerSettings, DEFAULT_SETTINGS } from '../karpenter/allocatable';
import type { DaemonSetOverhead } from '../karpenter/node-price';
import { at, textsOf } from '../values/record';
import { configsOf, type RunnerConfig, unreadManagers } from './config-files';
import { USUAL_DAEMON_SETS } from './daemon-sets';
import type { Manifest } from './manifest';
import { type NodePool, nodePoolsOf } from './node-pools';
import { orphanCleanups, type PlacedCleanup } from './orphan-cleanup';
import type { OtherManifest } from './parse';
import { type ObservedPod, type PlacedPod, placer } from './place-pod';
import type { Placement } from './placement';
import { withPodWorkloads } from './pod-workloads';
import { type PriceSettings, type PricesInUse, pricesFor } from './prices';
import { type Runner, runnersOf } from './runners';
import type { Sealing } from './sealing';

export type { PlacedPod } from './place-pod';

/** What a cluster brings that no manifest says. */
export interface CheckSettings {
  /** What daemonsets take of every node; the usual ones take nothing of nodes of EKS Auto Mode, which has them built in. */
  readonly daemonSets: DaemonSetOverhead;
  /** How Karpenter's controller is set. @default its own defaults */
  readonly controller?: ControllerSettings;
  /** Whether a placeholder of a token is an error. */
  readonly strict: boolean;
  /** What the user says of money. @default the prices of the region that the manifests show */
  readonly money?: PriceSettings;
}

/** How Karpenter's controller is set unless told otherwise. */
export const DEFAULT_CONTROLLER: Required<CheckSettings>['controller'] = DEFAULT_SETTINGS;

/** The usual daemonsets of EKS, and placeholders are not errors. */
export const DEFAULT_CHECK_SETTINGS: CheckSettings = { daemonSets: USUAL_DAEMON_SETS, strict: false };

/** Manifests with what all checks ask of them worked out once. */
export interface Subject {
  readonly settings: CheckSettings;
  /** Prices that types of pools have here. */
  readonly money: PricesInUse;
  readonly manifests: readonly Manifest[];
  /** Documents beside them that are not objects. */
  readonly others: readonly OtherManifest[];
  readonly pools: readonly NodePool[];
  readonly configs: readonly RunnerConfig[];
  readonly runners: readonly ObservedRunner[];
  /** What deletes job pods that their manager has left behind. */
  readonly cleanups: readonly PlacedCleanup[];
  /** Entries of other executors, which make no pods. */
  readonly podless: readonly Runner[];
  /** Certificates that tokens of its fleets are sealed with, where they are known. */
  readonly certificates: readonly Manifest[];
  /** SealedSecrets and certificates of clusters that are judged before this one. */
  readonly elsewhere: readonly Manifest[];
  /** Workloads that start gitlab-runner with a config that is not among the manifests. */
  readonly unread: readonly Manifest[];
}

/** A runner with its pods and where they land. */
export interface ObservedRunner extends Runner {
  /** The pod of a job that asks for nothing of its own; undefined where the executor makes none. */
  readonly job: PlacedPod | undefined;
  /** Why the executor or the API server refuses every job; undefined where they don't. */
  readonly refusal: string | undefined;
  /** The pod of a job that asks for as much as the ceilings allow. */
  readonly largestJob: PlacedPod | undefined;
  readonly managerPlaced: PlacedPod | undefined;
}

/** Works out what checks ask of manifests. */
export function observe(
  given: readonly Manifest[],
  settings: CheckSettings = DEFAULT_CHECK_SETTINGS,
  others: readonly OtherManifest[] = [],
  { certificates, elsewhere }: Sealing = { certificates: [], elsewhere: [] },
): Subject {
  const manifests = withPodWorkloads(given);
  const money = pricesFor(manifests, settings.money);
  const pools = nodePoolsOf(manifests, settings.controller, money.prices);
  const configs = configsOf(manifests);
  const place = placer(manifests, pools, settings.daemonSets);
  const all = runnersOf(configs, manifests);
  const podless = all.filter(({ table }) => isOfOtherExecutor(table));
  const runners = all
    .filter((runner) => !podless.includes(runner))
    .map((runner) => {
      const job = executorPod(runner, `job pod of runner ${runner.name}`, false);
      const largest = executorPod(runner, `largest job pod of runner ${runner.name}`, true);
      return {
        ...runner,
        job: typeof job === 'object' ? place(job) : undefined,
        refusal: typeof job === 'string' ? job : undefined,
        largestJob: typeof largest === 'object' ? place(largest) : undefined,
        managerPlaced: runner.manager && place(managerPod(runner, runner.manager)),
      };
    });
  const cleanups = orphanCleanups(manifests).map((one) => ({ ...one, placed: place(one.pod) }));
  const unread = unreadManagers(configs, manifests);
  const known = { settings, money, manifests, others, pools, configs, runners, cleanups };
  return { ...known, podless, certificates, elsewhere, unread };
}

/** Placements that hold a pod; none where Karpenter asks no pool for it. */
export function landing(placed: PlacedPod | undefined): readonly Placement[] {
  if (placed === undefined || placed.pod.faults.length > 0) return [];
  return placed.placements.filter(({ types }) => types.length > 0);
}

function managerPod({ name, managerPod: spec }: Runner, { namespace, body }: Manifest): ObservedPod {
  const labels = textsOf(at(body, ['spec', 'template', 'metadata', 'labels']));
  return { title: `manager pod of runner ${name}`, namespace, labels, spec };
}

/** The executor's pod, or why it makes none. */
function executorPod({ table }: Runner, title: string, largest: boolean): ObservedPod | string {
  // Jobs may all name images of their own: which one it is decides nothing of where it lands.
  const image = table.kubernetes.image || 'image-of-the-job';
  const named = { ...table, kubernetes: { ...table.kubernetes, image } };
  const pod = jobPod(named, largest ? largestJob(table) : {});
  if ('refused' in pod) return pod.message;
  const { namespace, labels } = pod;
  return { title, namespace, labels, spec: pod };
}
