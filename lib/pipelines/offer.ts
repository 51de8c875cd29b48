import { cheapestMinute } from '../cluster/minute-price';
import { landing, type ObservedRunner } from '../cluster/observe';
import type { PlacedPod } from '../cluster/place-pod';
import { formatRefusal, type Placement } from '../cluster/placement';
import type { KubernetesTable, RunnerTable } from '../gitlab-runner/config/toml';
import type { Job } from '../gitlab-runner/executor/job';
import { jobPod } from '../gitlab-runner/executor/job-pod';
import { CAPACITY_TYPE_LABEL } from '../karpenter/labels';
import { has } from '../karpenter/requirement';
import { intersectAll, podRequirements } from '../karpenter/requirements';
import type { FleetRunner } from './fleet';
import type { PipelineJob } from './job';
import { namesVariable } from './variables';

/** What happens to a job that a runner takes. */
export interface Offer {
  readonly runner: FleetRunner;
  /** Pools, or profiles of Fargate; empty where they are not known. */
  readonly pools: readonly string[];
  readonly arches: readonly string[];
  /** Undefined where it is not known. */
  readonly capacity: 'Spot' | 'on demand' | 'Spot or on demand' | undefined;
  /** The least that a minute costs, alone on its node, on demand with the fee of EKS Auto Mode, and which part is the fee. */
  readonly price:
    | {
        readonly type: string | undefined;
        readonly usdPerMinute: number;
        readonly autoModeUsdPerMinute?: number;
      }
    | undefined;
  /** What the pod requests in all. */
  readonly size: { readonly cpuMilli: number; readonly memoryBytes: number } | undefined;
  /** Why the runner fails it. */
  readonly refusal: string | undefined;
  /** Why no node has room for its pod, where one has for a job that asks for nothing. */
  readonly noRoom: string | undefined;
}

const UNKNOWN = {
  pools: [],
  arches: [],
  capacity: undefined,
  price: undefined,
  size: undefined,
  refusal: undefined,
  noRoom: undefined,
} as const;

/** What a runner makes of a job. */
export function offerOf(runner: FleetRunner, job: PipelineJob): Offer {
  const { observed, said } = runner;
  if (observed === undefined) {
    const { arch, spot, usdPerMinute } = said ?? {};
    return {
      ...UNKNOWN,
      runner,
      arches: arch === undefined ? [] : [arch],
      capacity: spot === undefined ? undefined : spot ? 'Spot' : 'on demand',
      price: usdPerMinute === undefined ? undefined : { type: undefined, usdPerMinute },
    };
  }
  const pod = jobPod(tableFor(observed.runner.table, job), jobOf(job));
  if ('refused' in pod) return { ...UNKNOWN, runner, refusal: pod.message };
  const { namespace, labels } = pod;
  const placed = observed.place({ title: `job pod of ${job.name}`, namespace, labels, spec: pod });
  const [refusal] = placed.admission.refusals;
  const { cpuMilli, memoryBytes } = placed.pod.requests;
  const found = landing(placed);
  return {
    runner,
    pools: placed.fargate
      ? [`${placed.fargate.profile.name} on Fargate`]
      : found.map(({ pool }) => pool.name),
    arches: [...new Set(found.flatMap(({ types }) => types.map(({ arch }) => arch)))].sort(),
    capacity: capacityOf(placed, found),
    price: cheapestMinute({ ...observed.runner, job: placed }),
    size: { cpuMilli, memoryBytes },
    refusal: refusal?.reason,
    noRoom: noRoomReason(observed.runner, placed, found),
  };
}

/**
 * Lists of images decide only where the job names its images without a variable that nothing here gives; what the pod
 * is like does not depend on them.
 */
function tableFor(table: RunnerTable, job: PipelineJob): RunnerTable {
  const isOpen = (name: string | undefined) => name !== undefined && namesVariable(name);
  const { allowed_images, allowed_services, ...kubernetes } = table.kubernetes;
  return {
    ...table,
    kubernetes: {
      ...kubernetes,
      ...(allowed_images && !isOpen(job.image) && { allowed_images }),
      ...(allowed_services && !job.services.some(({ name }) => isOpen(name)) && { allowed_services }),
      // A job that extends what is not read here may have an image all the same.
      image: kubernetes.image || (job.isCertain('image') ? kubernetes.image : 'image-of-the-job'),
    } as KubernetesTable,
  };
}

function jobOf({ image, services, variables, timeout }: PipelineJob): Job {
  return {
    ...(image !== undefined && { image }),
    services: services.map(({ name, alias }) => ({ name, ...(alias !== undefined && { alias }) })),
    variables: Object.fromEntries(variables),
    ...(timeout !== undefined && { timeoutSeconds: timeout.seconds }),
  };
}

function capacityOf(placed: PlacedPod, found: readonly Placement[]): Offer['capacity'] {
  if (placed.fargate !== undefined) return 'on demand';
  if (found.length === 0) return undefined;
  const may = (value: string) =>
    found.some(({ pool }) =>
      placed.pod.selections.some((selection) => {
        const wanted = intersectAll(pool.requirements, podRequirements(selection)).get(CAPACITY_TYPE_LABEL);
        return wanted === undefined || has(wanted, value);
      }),
    );
  const firm = may('on-demand') || may('reserved');
  if (may('spot')) return firm ? 'Spot or on demand' : 'Spot';
  return firm ? 'on demand' : undefined;
}

/** Said only where a job that asks for nothing lands: otherwise `check` is who says why. */
function noRoomReason(
  runner: ObservedRunner,
  placed: PlacedPod,
  found: readonly Placement[],
): string | undefined {
  if (placed.fargate !== undefined)
    return placed.fargate.size === undefined && runner.job?.fargate?.size !== undefined
      ? 'no size of Fargate is large enough'
      : undefined;
  const usual = landing(runner.job);
  if (found.length > 0 || usual.length === 0) return undefined;
  const names = new Set(usual.map(({ pool }) => pool.name));
  const refused = placed.placements.find(
    ({ pool, refusal }) => names.has(pool.name) && refusal !== undefined,
  );
  return refused?.refusal === undefined
    ? undefined
    : `${refused.pool.name}: ${formatRefusal(refused.refusal)}`;
}
