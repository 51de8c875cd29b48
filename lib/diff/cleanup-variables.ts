import { CLEANUP_COMPONENT, CLEANUP_VARIABLES } from '../contract';
import { at, type Fields, fieldsOf, isTable } from '../values/record';

/** Variables that `orphaned-pods` and `rights-added` judge; which pods are selected is for people to read. */
const JUDGED: readonly unknown[] = [
  CLEANUP_VARIABLES.namespaces,
  CLEANUP_VARIABLES.longestJob,
  CLEANUP_VARIABLES.spare,
];

/** The body of a cleanup of orphaned job pods without the variables that rules judge; any other as it is. */
export function withoutCleanupVariables(body: unknown): unknown {
  const isCleanup =
    at(body, ['kind']) === 'CronJob' &&
    at(body, ['metadata', 'labels', 'app.kubernetes.io/component']) === CLEANUP_COMPONENT;
  return isCleanup ? without(body) : body;
}

function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without);
  if (!isTable(value)) return value;
  const kept = Object.entries(value).map(([key, item]) => [
    key,
    key === 'env' ? others(item) : without(item),
  ]);
  return Object.fromEntries(kept) as Fields;
}

function others(env: unknown): unknown {
  return Array.isArray(env) ? env.filter((one) => !JUDGED.includes(fieldsOf(one).name)) : env;
}
