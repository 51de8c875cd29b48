import { fieldsOf } from './record';

/** What one container takes of each resource. */
export interface Share<T> {
  readonly amounts: Readonly<Record<string, T>>;
  /** An init container with `restartPolicy: Always`, which runs on beside the containers. */
  readonly isSidecar?: boolean;
}

/** Whether an init container runs on beside the containers; theirs is the pod's `restartPolicy`. */
export function isSidecar(container: unknown): boolean {
  return fieldsOf(container).restartPolicy === 'Always';
}

/**
 * What the containers of a pod take together. Containers and sidecars run side by side and add up. Every other init container
 * runs alone, beside the sidecars that come before it, and counts where that is more.
 * @see kubernetes 1.36 component-helpers/resource/helpers.go, PodRequests; KEP-753
 */
export function podTotal<T extends number | bigint>(
  containers: readonly Share<T>[],
  initContainers: readonly Share<T>[],
): Record<string, T> {
  let sidecars: Record<string, T> = {};
  let most: Record<string, T> = {};
  for (const { amounts, isSidecar } of initContainers) {
    const running = merged(sidecars, amounts, add);
    most = merged(most, running, larger);
    if (isSidecar) sidecars = running;
  }
  const together = containers.reduce((sum, { amounts }) => merged(sum, amounts, add), sidecars);
  return merged(together, most, larger);
}

function merged<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  join: (a: T, b: T) => T,
): Record<string, T> {
  const joined = Object.entries(b).map(([name, amount]): [string, T] => [
    name,
    Object.hasOwn(a, name) ? join(a[name], amount) : amount,
  ]);
  return { ...a, ...Object.fromEntries(joined) };
}

// Both are of one type, which `+` can't be told.
function add<T extends number | bigint>(a: T, b: T): T {
  return ((a as number) + (b as number)) as T;
}

function larger<T extends number | bigint>(a: T, b: T): T {
  return a > b ? a : b;
}
