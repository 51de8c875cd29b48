import { largestPod } from '../gitlab-runner/executor/largest-pod';
import { namespaceOfJobs } from './namespaces';
import type { ObservedRunner, Subject } from './observe';
import { concurrencyOf } from './runners';

/**
 * How many times as much the jobs of a namespace take of a resource as before. What a job has besides its services, and what
 * one service has, are looked at apart: how many services a bound counts with is not among the manifests, and a sum of both
 * grows by no more than the one that grows more.
 *
 * @param isOfOne whether the bound is that of one pod, not of all together
 */
export function growthOfJobs(
  namespace: string,
  resource: string,
  isOfOne: boolean,
  { before, after }: { readonly before: Subject; readonly after: Subject },
): number {
  const [old, now] = [before, after].map((side) => needOf(side, namespace, resource, isOfOne));
  const growth = (one: bigint, other: bigint) => (one > 0n ? Number(other) / Number(one) : 1);
  return Math.max(growth(old.own, now.own), growth(old.service, now.service));
}

interface Need {
  readonly own: bigint;
  readonly service: bigint;
}

function needOf({ runners }: Subject, namespace: string, resource: string, isOfOne: boolean): Need {
  const needs = runners
    .filter((runner) => namespaceOfJobs(runner) === namespace)
    .map((runner) => needOfJob(runner, resource, isOfOne ? 1n : BigInt(concurrencyOf(runner))));
  const join = (amounts: readonly bigint[]) =>
    amounts.reduce((a, b) => (isOfOne ? (a > b ? a : b) : a + b), 0n);
  return { own: join(needs.map(({ own }) => own)), service: join(needs.map(({ service }) => service)) };
}

/** Resources as quotas and LimitRanges call them: `requests.cpu`, `limits.memory`, `memory`. */
function needOfJob({ table }: ObservedRunner, resource: string, count: bigint): Need {
  const [, kind, name] = /^(?:(requests|limits)\.)?(.*)$/.exec(resource) ?? [];
  const amountOf = (services: number): bigint => {
    if (['pods', 'count/pods'].includes(resource)) return 1n;
    const pod = largestPod(table, services);
    const amounts = kind === 'requests' ? pod?.requests : pod?.limits;
    return amounts?.[name] ?? 0n;
  };
  const own = amountOf(0);
  return { own: own * count, service: (amountOf(1) - own) * count };
}
