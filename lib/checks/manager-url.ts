import type { Manifest } from '../cluster/manifest';
import type { ObservedRunner } from '../cluster/observe';
import { containersOf } from '../cluster/workloads';
import { isWebAddress, webAddressOf } from '../gitlab-runner/config/values';
import type { Finding } from './finding';

/** What is wrong with an address of GitLab that a config takes from a variable of its manager; undefined for one of HTTP. */
export function urlProblem(
  { table, manager }: ObservedRunner,
  manifests: readonly Manifest[],
): Omit<Finding, 'id'> | undefined {
  const name = /^\$\{?(\w+)\}?$/.exec(table.url ?? '')?.[1];
  if (manager === undefined || name === undefined) return undefined;
  const variable = containersOf(manager, manifests)
    .map(({ environment }) => environment.get(name))
    .find((one) => one !== undefined);
  const { value, path } = variable ?? {};
  if (value === undefined || path === undefined || value.includes('$') || isWebAddress(value))
    return undefined;
  return {
    severity: 'error',
    at: { manifest: manager, path },
    found: value,
    why: 'the runner only speaks http and https: it never reaches GitLab, and takes no job',
    fix: `write "${webAddressOf(value)}"`,
  };
}
