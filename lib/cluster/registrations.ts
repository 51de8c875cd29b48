import type { Registration } from '../gitlab-runner/register';
import { type RegisterCall, registerCalls, registerCommand } from '../gitlab-runner/register-command';
import type { FieldPath } from '../values/field-path';
import { textOf } from '../values/record';
import { textsOfObject } from './config-texts';
import type { Manifest } from './manifest';
import { objectsNamed, ofKind } from './of-kind';
import { containersOf, isWorkload, type WorkloadContainer } from './workloads';

/** How a workload registers its runner, or that it does not. */
export interface ManagerStart {
  readonly workload: Manifest;
  readonly containers: readonly WorkloadContainer[];
  /** Calls of `register`, with the container that makes each. */
  readonly calls: readonly (RegisterCall & { readonly container: WorkloadContainer })[];
  /** Whether it starts gitlab-runner at all. */
  readonly runsRunner: boolean;
}

/** Image of the runner; those of its helper, operator and clean-up are called otherwise. */
const IMAGE = /(?:^|\/)gitlab-runner(?:-ocp)?(?:[:@]|$)/;
const RUN = /(?:gitlab-runner|\/entrypoint)["']?\s+(?:\S+\s+)*?run\b/;

/** What the containers of a workload do with gitlab-runner. */
export function managerStartOf(workload: Manifest, manifests: readonly Manifest[]): ManagerStart | undefined {
  if (!isWorkload(workload)) return undefined;
  const containers = containersOf(workload, manifests);
  const calls = containers.flatMap((container) =>
    callsOf(container, workload, manifests).map((call) => ({ ...call, container })),
  );
  const runsRunner = containers.some(
    ({ fields, command }) => IMAGE.test(textOf(fields.image) ?? '') || RUN.test(command.join(' ')),
  );
  return { workload, containers, calls, runsRunner };
}

function callsOf(
  container: WorkloadContainer,
  workload: Manifest,
  manifests: readonly Manifest[],
): readonly RegisterCall[] {
  const lookUp = (name: string) => container.environment.get(name)?.value;
  const direct = registerCommand(container.command, lookUp);
  const scripts = ['ConfigMap', 'Secret']
    .flatMap((kind) => mountedOfKind(container, kind, manifests))
    .filter(({ namespace }) => namespace === workload.namespace)
    .flatMap(textsOfObject)
    .map(({ text }) => text);
  return [
    ...(direct ? [direct] : []),
    ...[...container.command.filter((word) => /\s/.test(word)), ...scripts].flatMap((script) =>
      registerCalls(script, lookUp),
    ),
  ];
}

/** Objects of a kind that a container mounts, by their names, in the order of the manifests. */
function mountedOfKind(
  { mounted }: WorkloadContainer,
  kind: string,
  manifests: readonly Manifest[],
): readonly Manifest[] {
  const wanted = [...mounted].filter((one) => one.startsWith(`${kind} `));
  if (wanted.length > 1) return ofKind(manifests, kind).filter(({ name }) => mounted.has(`${kind} ${name}`));
  return wanted.flatMap((one) => objectsNamed(manifests, kind, one.slice(kind.length + 1)));
}

/** What `register` is given in some containers. */
export function registrationIn(
  containers: readonly WorkloadContainer[],
  calls: readonly RegisterCall[],
): Registration {
  const variables = containers.flatMap(({ environment }) =>
    [...environment].flatMap(([name, { value }]) => (value === undefined ? [] : [{ name, value }])),
  );
  return { variables, flags: calls.flatMap(({ flags }) => flags) };
}

/** Way to a variable of some containers; undefined where none has it. */
export function pathOfVariable(
  name: string,
  containers: readonly WorkloadContainer[],
): FieldPath | undefined {
  return containers.map(({ environment }) => environment.get(name)?.path).find((one) => one !== undefined);
}
