import { POD_IDENTITY_ROLE_ANNOTATION, ROLE_ARN_ANNOTATION, RUNNER_KEY } from '../contract';
import { at, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import type { Manifest } from './manifest';
import { namespaceOfJobs } from './namespaces';
import { landing, type ObservedRunner, type Subject } from './observe';
import { ofKind } from './of-kind';

/** What fleets of one cluster, which are tiers of trust, must not have in common. */
export type SharedKind = 'nodes' | 'namespace' | 'cache' | 'service-account' | 'role' | 'token';

/** Something that runners of two fleets have in common. */
export interface SharedThing {
  readonly kind: SharedKind;
  /** What it is called, for example a pool. */
  readonly value: string;
  readonly runner: ObservedRunner;
  /** The runner of the other fleet that has it too. */
  readonly owner: ObservedRunner;
}

type Held = (runner: ObservedRunner, manifests: readonly Manifest[]) => string | readonly string[];

const HELD: Readonly<Record<SharedKind, Held>> = {
  nodes: ({ job, largestJob, managerPlaced }) =>
    [job, largestJob, managerPlaced].flatMap((placed) => landing(placed).map(({ pool }) => pool.name)),
  namespace: (runner) => [namespaceOfJobs(runner), runner.config.manifest.namespace ?? ''],
  cache: ({ table: { cache } }) =>
    cache?.s3?.BucketName ?? cache?.gcs?.BucketName ?? cache?.azure?.ContainerName ?? [],
  'service-account': ({ manager, managerPod, table }) => [
    ...(manager ? [`${manager.namespace}/${textOf(managerPod.serviceAccountName) ?? 'default'}`] : []),
    ...(table.kubernetes.service_account
      ? [`${namespaceOfJobs({ table })}/${table.kubernetes.service_account}`]
      : []),
  ],
  role: ({ table }, manifests) => rolesOf(table, manifests),
  token: ({ manager, managerPod }) => secretsOf(managerPod).map((name) => `${manager?.namespace}/${name}`),
};

/** What runners of different fleets have in common, each once for a pair of fleets. */
export function sharedBetweenFleets(
  { runners, manifests }: Pick<Subject, 'runners' | 'manifests'>,
  kind: SharedKind,
): readonly SharedThing[] {
  const owners = new Map<string, ObservedRunner>();
  const told = new Set<string>();
  return runners.flatMap((runner) => {
    const fleet = fleetOf(runner);
    if (fleet === undefined) return [];
    return [...new Set([HELD[kind](runner, manifests)].flat())].flatMap((value) => {
      const owner = owners.get(value) ?? runner;
      owners.set(value, owner);
      const pair = `${fleetOf(owner)} ${fleet} ${value}`;
      if (fleetOf(owner) === fleet || told.has(pair)) return [];
      told.add(pair);
      return [{ kind, value, runner, owner }];
    });
  });
}

/** The fleets that the runners belong to, sorted; a runner that names none is of no fleet. */
export function fleetsOf({ runners }: Pick<Subject, 'runners'>): readonly string[] {
  return [...new Set(runners.flatMap((runner) => fleetOf(runner) ?? []))].sort();
}

/** The fleet that rendered a runner, as its ConfigMap says; undefined for one that this project did not render. */
export function fleetOf({ config }: Pick<ObservedRunner, 'config'>): string | undefined {
  return fleetOfObject(config.manifest);
}

/** The fleet of whose runner an object is: a common label, which counts where this project's own is there too. */
export function fleetOfObject({ body }: Manifest): string | undefined {
  const labels = fieldsOf(at(body, ['metadata', 'labels']));
  return labels[RUNNER_KEY] === undefined ? undefined : textOf(labels['app.kubernetes.io/part-of']);
}

/** Roles in AWS that jobs have by their account. */
function rolesOf(table: ObservedRunner['table'], manifests: readonly Manifest[]): readonly string[] {
  const { service_account: name = 'default' } = table.kubernetes;
  return ofKind(manifests, 'ServiceAccount')
    .filter((one) => one.name === name && one.namespace === namespaceOfJobs({ table }))
    .flatMap(({ body }) => {
      const annotations = textsOf(at(body, ['metadata', 'annotations']));
      return [annotations[ROLE_ARN_ANNOTATION], annotations[POD_IDENTITY_ROLE_ANNOTATION]].flatMap(
        (role) => role ?? [],
      );
    });
}

function secretsOf(pod: ObservedRunner['managerPod']): readonly string[] {
  return listOf(pod.containers).flatMap((container) =>
    listOf(fieldsOf(container).env).flatMap(
      (one) => textOf(at(one, ['valueFrom', 'secretKeyRef', 'name'])) ?? [],
    ),
  );
}
