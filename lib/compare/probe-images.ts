import type { KubernetesTable, RunnerTable } from '../gitlab-runner/config/toml';
import { checkAllowed } from '../gitlab-runner/executor/job-containers';

type AllowList = 'allowed_images' | 'allowed_services';

/**
 * An image that both configs let jobs name: the first of the usual ones, else one made of the patterns of either. The first
 * usual one where no image meets both.
 *
 * @param usual images to try first
 */
export function probeImage(
  tables: readonly RunnerTable[],
  list: AllowList,
  usual: readonly [string, ...string[]],
): string {
  const made = tables.flatMap(({ kubernetes }) => (kubernetes[list] ?? []).flatMap(imagesOf));
  const accepts = (image: string) => tables.every(({ kubernetes }) => isAllowed(image, kubernetes, list));
  return [...usual, ...made].find(accepts) ?? usual[0];
}

/** Whether a list allows no image but that of the config: an empty pattern matches none. */
export function allowsNone({ kubernetes }: RunnerTable, list: AllowList): boolean {
  const patterns = kubernetes[list] ?? [];
  return patterns.length > 0 && patterns.every((pattern) => pattern === '');
}

/** Images that a pattern allows: with a tag where the pattern leaves it open, since a pull policy follows from it. */
function imagesOf(pattern: string): readonly string[] {
  const filled = pattern.replace(/\*+|\?/g, 'x');
  return /[*]$/.test(pattern) && !/[:@][^/]*$/.test(pattern) ? [`${filled}:1`, filled] : [filled];
}

function isAllowed(image: string, kubernetes: KubernetesTable, list: AllowList): boolean {
  try {
    checkAllowed(image, kubernetes, list);
    return image !== '';
  } catch {
    return false;
  }
}

/** A config that lets jobs name any image: what it allowed is compared as a setting. */
export function withoutAllowLists(table: RunnerTable): RunnerTable {
  const { allowed_images: _, allowed_services: __, ...kubernetes } = table.kubernetes;
  return { ...table, kubernetes };
}
