import { EXISTING_SECRET_ANNOTATION } from '../contract';
import { isBySlot, namesBySlot } from '../gitlab-runner/executor/slots';
import type { FieldPath } from '../values/field-path';
import { at, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { awsNeeds } from './aws-needs';
import { annotation, declaredIn } from './declared';
import type { Manifest } from './manifest';
import { namespaceNeeds } from './namespace-needs';
import type { ObservedRunner, Subject } from './observe';
import { ofKind } from './of-kind';
import { CLEANUP_TEMPLATE, type OrphanCleanup } from './orphan-cleanup';
import { podReferences } from './pod-references';
import { policySwitchIn } from './policy-switch';
import type { Asker, NeedKind, Reference } from './reference';
import { concurrencyOfEach } from './runners';
import { sourcesOf } from './secret-sources';

export { declaredIn } from './declared';
export type { Asker, NeedKind } from './reference';

/** Something that a fleet needs, and who asks for it. */
export interface Need {
  readonly kind: NeedKind;
  /** Undefined for what has none. */
  readonly namespace: string | undefined;
  readonly name: string;
  /** Keys that a Secret or a ConfigMap must have, as far as fields name them. */
  readonly keys: readonly string[];
  readonly askedBy: readonly Asker[];
  /** The name with the number of a job's slot that it stands for; undefined where it is named as it is. */
  readonly bySlot: string | undefined;
  /**
   * `found`: the manifests hold it or make it. `declared`: an annotation says that it exists. `missing`: neither.
   * `outside`: no manifest could hold it.
   */
  readonly state: 'found' | 'declared' | 'missing' | 'outside';
  /** The object that is it or makes it. */
  readonly madeBy: Manifest | undefined;
}

const OUTSIDE: ReadonlySet<NeedKind> = new Set([
  'IAM role',
  'instance profile',
  'Pod Identity association',
  'EKS access entry',
  'permission of the cluster role',
  'subnets',
  'security groups',
  'KMS key',
  'CustomResourceDefinition',
]);

/** Everything that the runners of a cluster, their jobs and their nodes need, each thing once. */
export function needsOf(subject: Subject): readonly Need[] {
  const groups = new Map<string, Reference[]>();
  const declared = declaredIn(subject.manifests);
  for (const reference of [...referencesOf(subject), ...namespaceNeeds(subject, declared)]) {
    const key = JSON.stringify([reference.kind, reference.namespace, reference.name]);
    groups.set(key, [...(groups.get(key) ?? []), reference]);
  }
  return [...groups.values()].map((references) => needOf(references, subject.manifests, declared));
}

function referencesOf({ cleanups, manifests, runners }: Subject): readonly Reference[] {
  const seen = new Set<Manifest>();
  const ofPods = [
    ...runners.flatMap((runner) => {
      const { manager } = runner;
      if (manager === undefined || seen.has(manager)) return [];
      seen.add(manager);
      return managerReferences(runner, manager);
    }),
    ...runners.flatMap(jobReferences),
    ...cleanups.flatMap(cleanupReferences),
  ];
  return [
    ...ofPods,
    ...pullSecretsOf(ofPods, manifests),
    ...storageClassesOf(ofPods, manifests),
    ...ofKind(manifests, 'ExternalSecret').flatMap(storeReferences),
    ...awsNeeds(manifests, runners),
    ...Object.entries(OPERATOR_KINDS).flatMap(([kind, name]) =>
      ofKind(manifests, kind).map((manifest) => ({
        kind: 'CustomResourceDefinition' as const,
        name,
        by: { manifest, path: ['kind'] },
      })),
    ),
  ];
}

/** Definitions of the kinds that the prometheus-operator brings: all others are of what a fleet can't do without. */
const OPERATOR_KINDS: Readonly<Record<string, string>> = {
  PodMonitor: 'podmonitors.monitoring.coreos.com',
  PrometheusRule: 'prometheusrules.monitoring.coreos.com',
};

function managerReferences(runner: ObservedRunner, manifest: Manifest): readonly Reference[] {
  const variable = /^\$\{?(\w+)\}?$/.exec(runner.table.token ?? '')?.[1];
  const top = ['spec', 'template', 'spec'];
  return podReferences(runner.managerPod).map(({ path, env, ...reference }) => ({
    ...reference,
    namespace: isNamespaced(reference.kind) ? manifest.namespace : undefined,
    by: { manifest, path: [...top, ...path], isToken: env !== undefined && env === variable },
  }));
}

/** What the pods name that delete orphaned job pods. */
function cleanupReferences({ manifest, pod }: OrphanCleanup): readonly Reference[] {
  return podReferences(pod.spec).map(({ path, env: _, ...reference }) => ({
    ...reference,
    namespace: isNamespaced(reference.kind) ? manifest.namespace : undefined,
    by: { manifest, path: [...CLEANUP_TEMPLATE, 'spec', ...path] },
  }));
}

/** Secrets that ServiceAccounts of these pods name: what pulls their images. */
function pullSecretsOf(
  references: readonly Reference[],
  manifests: readonly Manifest[],
): readonly Reference[] {
  const used = new Set(
    references
      .filter(({ kind }) => kind === 'ServiceAccount')
      .map(({ namespace, name }) => `${namespace}/${name}`),
  );
  return ofKind(manifests, 'ServiceAccount')
    .filter(({ namespace, name }) => used.has(`${namespace}/${name}`))
    .flatMap((account) =>
      listOf(account.body.imagePullSecrets).flatMap((one, index) => {
        const name = textOf(fieldsOf(one).name);
        if (name === undefined) return [];
        const by = { manifest: account, path: ['imagePullSecrets', index, 'name'] };
        return [{ kind: 'Secret' as const, namespace: account.namespace, name, by }];
      }),
    );
}

/** Classes that the claims of these pods name: no volume is made without them, unless the claim names one that is there. */
function storageClassesOf(
  references: readonly Reference[],
  manifests: readonly Manifest[],
): readonly Reference[] {
  const used = new Set(
    references
      .filter(({ kind }) => kind === 'PersistentVolumeClaim')
      .map(({ namespace, name }) => `${namespace}/${name}`),
  );
  return ofKind(manifests, 'PersistentVolumeClaim').flatMap((manifest) => {
    const { storageClassName, volumeName } = fieldsOf(manifest.body.spec);
    const name = textOf(storageClassName);
    if (!name || volumeName !== undefined || !used.has(`${manifest.namespace}/${manifest.name}`)) return [];
    return [{ kind: 'StorageClass' as const, name, by: { manifest, path: ['spec', 'storageClassName'] } }];
  });
}

/** Keys of the executor's table by what of a pod they make. */
const CONFIG_KEYS: Partial<Record<NeedKind, readonly string[]>> = {
  ServiceAccount: ['service_account'],
  Secret: ['image_pull_secrets', 'volumes.secret'],
  ConfigMap: ['volumes.config_map'],
  PersistentVolumeClaim: ['volumes.pvc'],
  PriorityClass: ['priority_class_name'],
  RuntimeClass: ['runtime_class_name'],
  SecretProviderClass: ['volumes.csi'],
};

function jobReferences(runner: ObservedRunner): readonly Reference[] {
  const { job, config, index, table } = runner;
  const { manifest, path } = config;
  const { namespace = 'default', autoscaler } = table.kubernetes;
  const pause = fieldsOf(autoscaler);
  const ofPause = [
    { kind: 'PriorityClass' as const, key: 'pause_pod_priority_class_name' },
    { kind: 'Secret' as const, key: 'pause_pod_image_pull_secrets' },
  ].flatMap(({ kind, key }) =>
    [pause[key]].flat().flatMap((value) => {
      const name = textOf(value);
      return name === undefined || name === '' ? [] : [{ kind, name, within: `autoscaler.${key}` }];
    }),
  );
  const ofJobs = podReferences(job?.spec).flatMap(({ path: _, env: __, ...reference }) => {
    const within = withinOf(table.kubernetes, reference.kind, reference.name);
    const names = namesBySlot(reference.name, concurrencyOfEach(runner));
    const bySlot = isBySlot(reference.name) ? reference.name : undefined;
    return names.map((name) => ({ ...reference, name, within, bySlot }));
  });
  return [...ofJobs, ...ofPause].map(({ within, ...reference }) => ({
    ...reference,
    namespace: isNamespaced(reference.kind) ? namespace : undefined,
    by: { manifest, path, within: `runners[${index}].kubernetes.${within}` },
  }));
}

/** The key that names it; what none names comes from a patch. */
function withinOf(kubernetes: unknown, kind: NeedKind, name: string): string {
  const keys = CONFIG_KEYS[kind] ?? [];
  return keys.find((key) => namesIn(at(kubernetes, key.split('.'))).includes(name)) ?? 'pod_spec';
}

function namesIn(value: unknown): readonly (string | undefined)[] {
  return [value]
    .flat()
    .map(
      (one) =>
        textOf(one) ??
        textOf(at(one, ['volume_attributes', 'secretProviderClass'])) ??
        textOf(fieldsOf(one).name),
    );
}

/** Stores that ExternalSecrets read from. */
function storeReferences(manifest: Manifest): readonly Reference[] {
  const { secretStoreRef, data } = fieldsOf(manifest.body.spec);
  const places: (readonly [unknown, FieldPath])[] = [
    [secretStoreRef, ['spec', 'secretStoreRef', 'name']],
    ...listOf(data).map((one, index): readonly [unknown, FieldPath] => [
      at(one, ['sourceRef', 'storeRef']),
      ['spec', 'data', index, 'sourceRef', 'storeRef', 'name'],
    ]),
  ];
  return places.flatMap(([store, path]) => {
    const { name, kind } = textsOf(store);
    if (name === undefined) return [];
    const isOfCluster = kind === 'ClusterSecretStore';
    return [
      {
        kind: isOfCluster ? ('ClusterSecretStore' as const) : ('SecretStore' as const),
        namespace: isOfCluster ? undefined : manifest.namespace,
        name,
        by: { manifest, path },
      },
    ];
  });
}

function isNamespaced(kind: NeedKind): boolean {
  return kind !== 'PriorityClass' && kind !== 'RuntimeClass' && kind !== 'StorageClass';
}

function needOf(
  references: readonly Reference[],
  manifests: readonly Manifest[],
  declared: ReadonlySet<string>,
): Need {
  const [{ kind, namespace, name }] = references;
  const keys = [...new Set(references.flatMap(({ key }) => key ?? []))];
  const makers = makersOf(kind, name, manifests);
  const madeBy = makers.find((one) => isIn(one, namespace));
  const isDeclared =
    declared.has(`${kind}/${name}`) ||
    declared.has(`${kind.replace(OF_CLUSTER, '')}/${namespace}/${name}`) ||
    references.some(
      ({ by }) => kind === 'Secret' && annotation(by.manifest, EXISTING_SECRET_ANNOTATION) === name,
    );
  const state = stateOf(kind, madeBy, isDeclared || isBuiltIn(kind, name));
  const bySlot = references.find((one) => one.bySlot !== undefined)?.bySlot;
  return { kind, namespace, name, keys, askedBy: references.map(({ by }) => by), bySlot, state, madeBy };
}

/** What tells objects that the cluster has once from those of a fleet. */
const OF_CLUSTER = / of the cluster$/;

function makersOf(kind: NeedKind, name: string, manifests: readonly Manifest[]): readonly Manifest[] {
  if (kind === 'Secret') return sourcesOf(name, manifests);
  if (kind !== 'ConfigMap of the cluster') return ofKind(manifests, kind).filter((one) => one.name === name);
  const { state, manifest } = policySwitchIn(manifests);
  return state === 'on' && manifest ? [manifest] : [];
}

/** Classes that every API server makes. */
function isBuiltIn(kind: NeedKind, name: string): boolean {
  return kind === 'PriorityClass' && ['system-cluster-critical', 'system-node-critical'].includes(name);
}

function stateOf(kind: NeedKind, madeBy: Manifest | undefined, isDeclared: boolean): Need['state'] {
  if (madeBy) return 'found';
  if (OUTSIDE.has(kind)) return 'outside';
  return isDeclared ? 'declared' : 'missing';
}

/** Whether an object goes into a namespace. Without one it goes wherever it is applied. */
function isIn(manifest: Manifest, namespace: string | undefined): boolean {
  return namespace === undefined || manifest.namespace === undefined || manifest.namespace === namespace;
}
