import { FARGATE_DEFAULTS } from '../defaults';
import { FARGATE_LABELS } from '../names';
import type { RunnerFleetProps } from '../props/fleet';
import type { RunnerProps } from '../props/runner';
import type { ResolvedFargate } from '../resolved-fleet';
import { isFargate } from '../validate/fargate';
import { jobNamespace } from './runner';

/** Profiles that select jobs and managers, and where their logs go; undefined without Fargate. */
export function resolveFargate(
  fleet: RunnerFleetProps,
  runners: readonly RunnerProps[],
  prefix: string,
  managerNamespace: string,
): ResolvedFargate | undefined {
  const { fargate } = fleet;
  if (fargate === undefined) return undefined;
  const namespaces = [...new Set(runners.filter(isFargate).map((runner) => jobNamespace(runner, prefix)))];
  const select = (namespace: string) => ({ namespace, labels: FARGATE_LABELS });
  // A profile takes five selectors.
  const groups = Array.from({ length: Math.ceil(namespaces.length / 5) }, (_, index) =>
    namespaces.slice(index * 5, index * 5 + 5),
  );
  return {
    region: fargate.region,
    logRetentionDays: fargate.logRetentionDays ?? FARGATE_DEFAULTS.logRetentionDays,
    profiles: [
      ...groups.map((group, index) => ({
        name: `${prefix}-jobs${index === 0 ? '' : `-${index + 1}`}`,
        selectors: group.map(select),
      })),
      ...(fargate.managers ? [{ name: `${prefix}-managers`, selectors: [select(managerNamespace)] }] : []),
    ],
  };
}
