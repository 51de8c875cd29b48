import { load, YAMLException } from 'js-yaml';
import type { ObservedRunner } from '../cluster/observe';
import type { KubernetesTable } from '../gitlab-runner/config/toml';
import { toApi } from '../gitlab-runner/executor/job-containers';
import { jobPod } from '../gitlab-runner/executor/job-pod';
import { impossibleImages } from '../shape/container-values';
import { fieldFaults } from '../shape/kinds';
import { annotationFaults, refusedParts } from '../shape/pod-rules';
import { isOpen } from '../shape/refused-value';
import { type FieldPath, formatPath } from '../values/field-path';
import { isDnsLabel } from '../values/label';
import { at, type Fields, fieldsOf, listOf, textOf } from '../values/record';
import type { Finding } from './finding';

/** A value that the API server refuses in job pods, by the key of config.toml that it comes from. */
export type RefusedKey = Omit<Finding, 'id' | 'severity'>;

/** A refused part, with the way to it from the spec of the pod. */
interface Part {
  readonly path: FieldPath;
  readonly found: string;
  readonly why: string;
  readonly fix: string;
}

/**
 * Values of a config.toml, and of the patches in it, that make a pod which the API server refuses. What other rules say of a
 * config.toml is left to them: two volumes of one name or path, and values of another type.
 */
export function refusedKeys(runner: ObservedRunner): readonly RefusedKey[] {
  const { table, config, index } = runner;
  const { kubernetes } = table;
  const bare = specOf({ ...table, kubernetes: { ...kubernetes, pod_spec: [] } });
  if (bare === undefined) return [];
  const isPatched = (kubernetes.pod_spec ?? []).length > 0;
  const patched = isPatched ? specOf(table) : undefined;
  const own = partsOf(withoutDuplicates(bare), kubernetes).filter((part) => !isPassedOver(part, runner));
  const left = patched === undefined ? own : own.filter((part) => isStillThere(part, patched, bare));
  const known = new Set(own.map(keyOf));
  const added =
    patched === undefined ? [] : partsOf(patched, kubernetes).filter((part) => !known.has(keyOf(part)));
  const place = (within: string) => ({
    manifest: config.manifest,
    path: config.path,
    within: `runners[${index}].kubernetes${within}`,
  });
  const all = [
    ...left.map((part) => ({ part, within: keyOfConfig(part.path, bare, kubernetes) })),
    ...added.map((part) => ({ part, within: '.pod_spec' })),
  ];
  const lost = patched === undefined ? undefined : lostContainer(patched);
  const keys = once(
    all.map(({ part: { path, found, why, fix }, within }) => ({
      at: place(within),
      found: within === '.pod_spec' ? `${formatPath(path)}: ${found}` : found,
      why: `${why}: the API server refuses every job pod`,
      fix,
    })),
  );
  const images = impossibleImages(patched ?? bare).map(({ found }) => ({
    at: place(imageKey(found, kubernetes)),
    found,
    why: 'no registry has an image of this name: the kubelet answers InvalidImageName, and every job fails',
    fix: 'write [registry/]path[:tag], where the path has no capitals',
  }));
  return [...keys, ...once(images), ...(lost === undefined ? [] : [{ at: place('.pod_spec'), ...lost }])];
}

function imageKey(image: string, kubernetes: KubernetesTable): string {
  if (kubernetes.image === image) return '.image';
  if (kubernetes.helper_image === image) return '.helper_image';
  const service = listOf(kubernetes.services).findIndex((one) => fieldsOf(one).name === image);
  return service < 0 ? '.pod_spec' : `.services[${service}].name`;
}

/** A container that a patch takes away, and in which the executor runs a part of every job. */
function lostContainer(patched: Fields): Omit<RefusedKey, 'at'> | undefined {
  const names = listOf(patched.containers).map((one) => fieldsOf(one).name);
  const gone = ['build', 'helper'].find((name) => !names.includes(name));
  if (gone === undefined) return undefined;
  return {
    found: `no container ${gone}`,
    why: `the executor runs a part of every job in the container ${gone}, which the patch removes: every job fails`,
    fix: 'write a strategic patch: a merge patch replaces a list as a whole',
  };
}

/** Whether what a pod selects is reported already, as the reason for which Karpenter passes it over. */
function isPassedOver({ path }: Part, { job }: ObservedRunner): boolean {
  const isSelection = path[0] === 'nodeSelector' || path[1] === 'nodeAffinity';
  return isSelection && job !== undefined && job.placements.length > 0 && job.pod.faults.length > 0;
}

/** Fields of patches that pods do not have: what a patch says there is dropped silently. */
export function unknownFields({
  table,
  config,
  index,
}: ObservedRunner): readonly (RefusedKey & { near: boolean })[] {
  return (table.kubernetes.pod_spec ?? []).flatMap(({ patch, patch_type: type }, place) => {
    const change = type === 'json' || patch === undefined ? undefined : readYaml(patch);
    return fieldFaults(change, 'PodSpec', true)
      .filter(
        ({ id, at: path }) => id === 'unknown-field' && !path.some((step) => String(step).startsWith('$')),
      )
      .map(({ at: path, found, fix }) => ({
        at: {
          manifest: config.manifest,
          path: config.path,
          within: `runners[${index}].kubernetes.pod_spec[${place}]`,
        },
        found: formatPath(path),
        why: `pods have no field ${found}: the runner drops it silently`,
        fix,
        near: fix.startsWith('write'),
      }));
  });
}

/** A patch as a document; undefined where it is none, which has a finding of its own. */
function readYaml(text: string): unknown {
  try {
    return load(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return undefined;
  }
}

/** The spec of the job pod; undefined where none is made, which has a finding of its own. */
function specOf(table: ObservedRunner['table']): Fields | undefined {
  // Jobs may all name images of their own.
  const image = table.kubernetes.image || 'image-of-the-job';
  const pod = jobPod({ ...table, kubernetes: { ...table.kubernetes, image } });
  if ('refused' in pod) return undefined;
  const { nodeAffinity, podAffinity, podAntiAffinity, ...spec } = pod;
  return { ...spec, affinity: { nodeAffinity, podAffinity, podAntiAffinity } };
}

/** What the API server refuses of a pod, with what the config says of hosts and DNS, which the derived pod leaves out. */
function partsOf(spec: Fields, { host_aliases, dns_config }: Partial<KubernetesTable>): readonly Part[] {
  const whole = {
    ...spec,
    ...(host_aliases !== undefined && {
      hostAliases: [...listOf(toApi(host_aliases)), ...listOf(spec.hostAliases)],
    }),
    // A patch changes what the executor writes there.
    ...(dns_config !== undefined && {
      dnsConfig: { ...fieldsOf(toApi(dns_config)), ...fieldsOf(spec.dnsConfig) },
    }),
  };
  return [
    ...fieldFaults(spec, 'PodSpec', true)
      .filter(({ id }) => id === 'wrong-value' || id === 'wrong-type')
      .map(({ at: path, why, ...rest }) => ({ ...rest, path, why: why.split(': the API server')[0] })),
    ...refusedParts(whole),
    ...annotationFaults(spec.annotations, ['annotations']),
    // The executor makes values of labels fit, and leaves their keys as they are.
    ...annotationFaults(spec.labels, ['labels']),
    ...namespaceFaults(spec.namespace),
    ...givenFaults(spec),
  ];
}

/** What admission alone gives a pod, and containers that a patch adds without an image. */
function givenFaults(spec: Fields): readonly Part[] {
  const given = [
    ...(spec.priority !== undefined && !spec.priorityClassName ? ['priority'] : []),
    ...(spec.overhead !== undefined && !spec.runtimeClassName ? ['overhead'] : []),
    ...(spec.preemptionPolicy === 'Never' && !spec.priorityClassName ? ['preemptionPolicy'] : []),
  ];
  const bare = ['initContainers', 'containers'].flatMap((list) =>
    listOf(spec[list]).flatMap((one, index) =>
      ['name', 'image'].filter((key) => !textOf(fieldsOf(one)[key])).map((key) => [list, index, key]),
    ),
  );
  return [
    ...given.map((key) => ({
      path: [key],
      found: JSON.stringify(spec[key]),
      why: 'it comes from a class, which the pod names',
      fix: `name a ${key === 'overhead' ? 'RuntimeClass' : 'PriorityClass'} instead`,
    })),
    ...bare.map((path) => ({
      path,
      found: 'nothing',
      why: `a container needs its ${path.at(-1)}`,
      fix: 'add it',
    })),
  ];
}

function namespaceFaults(namespace: unknown): readonly Part[] {
  const name = textOf(namespace) ?? '';
  if (isOpen(name) || isDnsLabel(name)) return [];
  const why = 'namespaces have names of at most 63 small letters, digits and dashes';
  return [{ path: ['namespace'], found: name, why, fix: 'write the name of a namespace' }];
}

/** A pod without the volumes and mounts that are there twice: the rules of a config.toml judge these. */
function withoutDuplicates(spec: Fields): Fields {
  const firsts = (list: unknown, key: string) =>
    listOf(list).filter(
      (one, index, all) => all.findIndex((other) => fieldsOf(other)[key] === fieldsOf(one)[key]) === index,
    );
  const containers = (list: unknown) =>
    listOf(list).map((one) => ({
      ...fieldsOf(one),
      volumeMounts: firsts(fieldsOf(one).volumeMounts, 'mountPath'),
    }));
  return {
    ...spec,
    volumes: firsts(spec.volumes, 'name'),
    initContainers: containers(spec.initContainers),
    containers: containers(spec.containers),
  };
}

/** Whether patches leave a part as it is. */
function isStillThere({ path }: Part, patched: Fields, bare: Fields): boolean {
  const [before, after] = [bare, patched].map((spec) => JSON.stringify(at(spec, path)));
  const isOfContainer = path[0] === 'containers' || path[0] === 'initContainers';
  // `hostUsers` takes back what procMount is refused for.
  if (path.includes('procMount')) return patched.hostUsers !== false;
  return isOfContainer || before === after;
}

function keyOf({ path, found }: Part): string {
  return JSON.stringify([path.filter((step) => typeof step === 'string'), found]);
}

/** The first of those that stand at one key with one value: containers of a pod share most. */
function once(all: readonly RefusedKey[]): readonly RefusedKey[] {
  const seen = new Set<string>();
  return all.filter(({ at: { within }, found }) => {
    const key = JSON.stringify([within, found]);
    return !seen.has(key) && seen.add(key);
  });
}

/** Names of fields as config.toml spells them. */
function snake(step: string | number): string | number {
  return typeof step === 'number' ? step : step.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Keys of config.toml by the field of a pod that they make, where the way to it starts with that. */
const KEYS: Readonly<Record<string, string>> = {
  tolerations: 'node_tolerations',
  nodeSelector: 'node_selector',
  annotations: 'pod_annotations',
  labels: 'pod_labels',
  namespace: 'namespace',
  serviceAccountName: 'service_account',
  imagePullSecrets: 'image_pull_secrets',
  priorityClassName: 'priority_class_name',
  runtimeClassName: 'runtime_class_name',
};

/** The key of config.toml that a part of the pod comes from, with a dot in front. */
function keyOfConfig(path: FieldPath, spec: Fields, kubernetes: KubernetesTable): string {
  const [top, index, ...rest] = path;
  if (Object.hasOwn(KEYS, top)) return `.${KEYS[top]}`;
  if (top === 'volumes') return volumeKey(fieldsOf(listOf(spec.volumes)[Number(index)]), kubernetes);
  if (top === 'containers' || top === 'initContainers') {
    const container = fieldsOf(listOf(spec[top])[Number(index)]);
    return containerKey(rest, container, kubernetes);
  }
  const [first, ...below] = path;
  const key = first === 'securityContext' ? 'pod_security_context' : snake(first);
  return `.${formatPath([key, ...below.map(snake)])}`;
}

function volumeKey({ name }: Fields, { volumes = {} }: KubernetesTable): string {
  for (const [kind, list] of Object.entries(volumes)) {
    const place = listOf(list).findIndex((one) => (fieldsOf(one).name ?? '') === name);
    if (place >= 0) return `.volumes.${kind}[${place}]`;
  }
  return '.volumes';
}

function containerKey(rest: FieldPath, container: Fields, kubernetes: KubernetesTable): string {
  const [part, index] = rest;
  if (part === 'volumeMounts') {
    const mount = fieldsOf(listOf(container.volumeMounts)[Number(index)]);
    return volumeKey({ name: mount.name }, kubernetes);
  }
  if (part === 'lifecycle') return `.${formatPath(['container_lifecycle', ...rest.slice(1).map(snake)])}`;
  if (part !== 'securityContext') return '';
  const table = `${prefixOf(textOf(container.name))}_container_security_context`;
  const key = String(snake(index));
  const isOwn = fieldsOf((kubernetes as Fields)[table])[key] !== undefined;
  if (isOwn) return `.${table}.${key}`;
  return OF_BOTH.has(key) ? `.pod_security_context.${key}` : `.${key}`;
}

/** Keys that the security context of the pod has too; others stand beside it. */
const OF_BOTH = new Set(['run_as_user', 'run_as_group', 'seccomp_profile', 'app_armor_profile']);

function prefixOf(name = ''): string {
  if (name === 'build' || name === 'init-build-uid-gid-collector') return 'build';
  if (name === 'helper') return 'helper';
  return name === 'init-permissions' ? 'init_permissions' : 'service';
}
