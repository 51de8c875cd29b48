import type { KubernetesTable, RunnerTable } from '../gitlab-runner/config/toml';
import { jobPod } from '../gitlab-runner/executor/job-pod';
import { conflicts, podRequirements } from '../karpenter/requirements';
import { formatTaint, type Taint, untolerated } from '../karpenter/taints';
import { linearPattern } from '../values/linear-pattern';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import type { NodePool } from './node-pools';
import { obstacles } from './placement';
import { type Pod, podOf } from './pod';

/** A key of `[runners.kubernetes]` that lets jobs overwrite another one, within a pattern. */
export const OVERWRITES = [
  'namespace_overwrite_allowed',
  'service_account_overwrite_allowed',
  'node_selector_overwrite_allowed',
  'node_tolerations_overwrite_allowed',
  'pod_labels_overwrite_allowed',
  'pod_annotations_overwrite_allowed',
] as const satisfies readonly (keyof KubernetesTable)[];

export type Overwrite = (typeof OVERWRITES)[number];

/** Whether a pattern lets a job have a value. One that can't be compiled here counts as if it did. */
export function accepts(pattern: string | undefined, value: string): boolean {
  if (!pattern) return false;
  return linearPattern(pattern)?.test(value) ?? true;
}

/**
 * The pod spec of a job with a service, also where no job could be made for want of an image: what its containers may do is
 * the same whatever they run. Undefined where every job is refused.
 */
export function anyJobSpec(
  table: RunnerTable,
  variables?: Readonly<Record<string, string>>,
): Fields | undefined {
  if (variables !== undefined) return jobSpec(table, variables);
  const known = SPECS.has(table) ? SPECS.get(table) : jobSpec(table, {});
  SPECS.set(table, known);
  return known;
}

/** Specs of jobs that set nothing: many rules ask for them. */
const SPECS = new WeakMap<RunnerTable, Fields | undefined>();

function jobSpec(table: RunnerTable, variables: Readonly<Record<string, string>>): Fields | undefined {
  const { kubernetes } = table;
  const loose = {
    ...kubernetes,
    image: kubernetes.image || 'image',
    allowed_images: [],
    allowed_services: [],
  };
  // Where every job with a service is refused, those without one run all the same.
  for (const services of [['service'], []]) {
    const pod = jobPod({ ...table, kubernetes: loose }, { services, variables });
    if (!('refused' in pod)) return pod as unknown as Fields;
  }
  return undefined;
}

/**
 * Why every job with a service is refused, whatever image that has; undefined where it is not. Sizes of the pod as a whole are
 * left out: which services they hold is a matter of room.
 */
export function serviceRefusal({ kubernetes, ...table }: RunnerTable): string | undefined {
  const sizeless = Object.entries(kubernetes).filter(([key]) => !/^pod_(?:cpu|memory)_/.test(key));
  const loose = {
    ...(Object.fromEntries(sizeless) as KubernetesTable),
    image: kubernetes.image || 'image',
    allowed_images: [],
    allowed_services: [],
  };
  const pod = jobPod({ ...table, kubernetes: loose }, { services: ['service'] });
  return 'refused' in pod ? pod.message : undefined;
}

/** Whether a job can choose to run on the nodes of a pool by the variables that the config lets it set. */
export function canChoose(table: RunnerTable, pool: NodePool): boolean {
  const { node_selector_overwrite_allowed: selectors, node_tolerations_overwrite_allowed: tolerations } =
    table.kubernetes;
  if (!selectors && !tolerations) return false;
  const plain = anyJobSpec(table);
  if (plain === undefined) return false;
  const pod = podOf('job', plain);
  const variables = {
    ...tolerationsFor(pod, pool, tolerations),
    ...selectorsFor(pod, pool, selectors),
  };
  const chosen = anyJobSpec(table, variables);
  return chosen !== undefined && obstacles(podOf('job', chosen), pool) === 0;
}

function tolerationsFor(pod: Pod, pool: NodePool, pattern: string | undefined): Record<string, string> {
  const firm = pool.taints.filter(({ effect }) => effect !== 'PreferNoSchedule');
  const chosen = untolerated(firm, pod.tolerations).map((taint) =>
    spellings(taint).find((text) => accepts(pattern, text)),
  );
  return variablesOf('KUBERNETES_NODE_TOLERATIONS_', chosen);
}

/** What a job may write to tolerate a taint: all of it, its key, or everything. */
function spellings(taint: Taint): readonly string[] {
  const { key, effect } = taint;
  return [
    formatTaint(taint),
    `${key}=${taint.value ?? ''}:`,
    `${key}:${effect}`,
    `${key}:`,
    key,
    `:${effect}`,
    '',
  ];
}

function selectorsFor(pod: Pod, pool: NodePool, pattern: string | undefined): Record<string, string> {
  const [selection] = pod.selections;
  const keys = conflicts(pool.requirements, podRequirements(selection), pool.wellKnown).map(({ key }) => key);
  const chosen = keys.map((key) =>
    valuesOf(pool, key)
      .map((value) => `${key}=${value}`)
      .find((text) => accepts(pattern, text)),
  );
  return variablesOf('KUBERNETES_NODE_SELECTOR_', chosen);
}

/** Values that nodes of a pool may have under a label. */
function valuesOf({ manifest }: NodePool, key: string): readonly string[] {
  const template = ['spec', 'template'];
  const label = textsOf(at(manifest.body, [...template, 'metadata', 'labels']))[key];
  const required = listOf(at(manifest.body, [...template, 'spec', 'requirements']))
    .map(fieldsOf)
    .filter((one) => one.key === key && one.operator === 'In')
    .flatMap(({ values }) => listOf(values).flatMap((value) => textOf(value) ?? []));
  return label === undefined ? required : [label, ...required];
}

function variablesOf(prefix: string, values: readonly (string | undefined)[]): Record<string, string> {
  return Object.fromEntries(
    values.flatMap((value, index) => (value === undefined ? [] : [[`${prefix}${index}`, value]])),
  );
}
