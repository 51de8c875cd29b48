import { managerContainer } from '../cluster/manager-image';
import type { Manifest } from '../cluster/manifest';
import type { ObservedRunner } from '../cluster/observe';
import { concurrencyOfEach } from '../cluster/runners';
import { outputLimitKib } from '../gitlab-runner/sizing';
import { parseQuantity, type Quantity } from '../values/quantity';
import { at, fieldsOf, listOf, textOf } from '../values/record';

/** A manager whose disk is smaller than the logs that it keeps. */
export interface SmallDisk {
  readonly manager: Manifest;
  /** The bound, for example `sizeLimit 144Mi of /tmp`. */
  readonly bound: string;
  /** Jobs whose logs together exceed it: one, or all at once. */
  readonly jobs: number;
  /** `output_limit`, in KiB. */
  readonly limitKib: number;
}

const KIB = parseQuantity('1Ki') ?? 0n;

/** The disk of a manager that logs of its jobs outgrow: each running job keeps its own in `/tmp`, up to the output limit. */
export function smallDiskOf(runner: ObservedRunner, manifests: readonly Manifest[]): SmallDisk | undefined {
  const { manager, table } = runner;
  if (manager === undefined) return undefined;
  const limitKib = outputLimitKib(table);
  for (const jobs of [1, concurrencyOfEach(runner)]) {
    const needed = BigInt(Math.round(limitKib)) * BigInt(jobs) * KIB;
    const bound = boundsOf(runner, manager, manifests).find(({ amount }) => amount < needed);
    if (bound) return { manager, bound: bound.text, jobs, limitKib };
  }
  return undefined;
}

interface DiskBound {
  readonly amount: Quantity;
  readonly text: string;
}

function boundsOf(
  { managerPod }: ObservedRunner,
  manager: Manifest,
  manifests: readonly Manifest[],
): DiskBound[] {
  const container = managerContainer(manager, manifests)?.fields ?? {};
  const mounted = listOf(container.volumeMounts)
    .map(fieldsOf)
    .find(({ mountPath }) => mountPath === '/tmp');
  const volume = listOf(managerPod.volumes)
    .map(fieldsOf)
    .find(({ name }) => name === mounted?.name);
  const { emptyDir } = fieldsOf(volume);
  return [
    ...bound(fieldsOf(emptyDir).sizeLimit, (text) => `sizeLimit ${text} of /tmp`),
    ...(mounted === undefined || emptyDir !== undefined
      ? bound(at(container, ['resources', 'limits', 'ephemeral-storage']), (text) => `limit ${text} of disk`)
      : []),
  ];
}

function bound(value: unknown, say: (text: string) => string): DiskBound[] {
  const text = textOf(value) ?? '';
  const amount = parseQuantity(text);
  return amount === undefined || amount === 0n ? [] : [{ amount, text: say(text) }];
}
