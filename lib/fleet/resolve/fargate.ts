import { FARGATE_LABELS } from '../names';
import type { NormalFleet } from '../normal-fleet';
import type { ResolvedFargate } from '../resolved-fleet';

/** Selectors that a profile takes. */
const MOST_SELECTORS = 5;

/** Profiles that select jobs and managers, and where their logs go; undefined without Fargate. */
export function resolveFargate({
  fargate,
  runners,
  prefix,
  managerNamespace,
}: NormalFleet): ResolvedFargate | undefined {
  if (fargate === undefined) return undefined;
  const onFargate = runners.filter((runner) => runner.onFargate);
  const namespaces = [...new Set(onFargate.map(({ jobNamespace }) => jobNamespace))];
  const select = (namespace: string) => ({ namespace, labels: FARGATE_LABELS });
  const groups = Array.from({ length: Math.ceil(namespaces.length / MOST_SELECTORS) }, (_, index) =>
    namespaces.slice(index * MOST_SELECTORS, (index + 1) * MOST_SELECTORS),
  );
  return {
    region: fargate.region,
    logRetentionDays: fargate.logRetentionDays,
    profiles: [
      ...groups.map((group, index) => ({
        name: `${prefix}-jobs${index === 0 ? '' : `-${index + 1}`}`,
        selectors: group.map(select),
      })),
      ...(fargate.managers ? [{ name: `${prefix}-managers`, selectors: [select(managerNamespace)] }] : []),
    ],
  };
}
