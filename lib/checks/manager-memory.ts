import { managerContainer } from '../cluster/manager-image';
import type { Manifest } from '../cluster/manifest';
import type { ObservedRunner } from '../cluster/observe';
import { amountsOf } from '../cluster/pod-amounts';
import { concurrencyOfEach } from '../cluster/runners';
import { managerSize, outputLimitKib } from '../gitlab-runner/sizing';
import { parseQuantity } from '../values/quantity';
import { fieldsOf, textOf } from '../values/record';

/** A manager whose limit of memory is far below what was measured for its jobs. */
export interface SmallMemory {
  readonly manager: Manifest;
  readonly limit: string;
  readonly jobs: number;
  /** MiB that so many jobs were measured to take. */
  readonly neededMib: number;
}

const MIB = parseQuantity('1Mi') ?? 0n;
/** Share of the measured peak, in percent: page cache is part of it, and gives way. */
const LEAST_PERCENT = 60n;

/** The memory of a manager where it is less than 60 % of what its jobs at once take; the first runner of a config stands for all. */
export function smallMemoryOf(
  runner: ObservedRunner,
  manifests: readonly Manifest[],
): SmallMemory | undefined {
  const { manager, table, index } = runner;
  if (manager === undefined || index > 0) return undefined;
  const limits = fieldsOf(fieldsOf(managerContainer(manager, manifests)?.fields.resources).limits);
  const amount: bigint | undefined = amountsOf(limits).memory;
  const jobs = concurrencyOfEach(runner);
  const { memoryMib } = managerSize(jobs, outputLimitKib(table));
  if (amount === undefined || amount * 100n >= BigInt(memoryMib) * MIB * LEAST_PERCENT) return undefined;
  return { manager, limit: textOf(limits.memory) ?? '', jobs, neededMib: memoryMib };
}
