import type { Registration } from '../gitlab-runner/register';
import { type RegisterCall, registerCalls, registerCommand } from '../gitlab-runner/register-command';
import type { FieldPath } from '../values/field-path';
import { textOf } from '../values/record';
import { textsOfObject } from './config-texts';
import type { Manifest } from './manifest';
import { ofKind } from './of-kind';
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
  const kinds = container.mounted.size === 0 ? [] : ['ConfigMap', 'Secret'];
  const scripts = kinds
    .flatMap((kind) => ofKind(manifests, kind))
    .filter(
      ({ kind, namespace, name }) =>
        namespace === workload.namespace && container.mounted.has(`${kind} ${name}`),
    )
    .flatMap(textsOfObject)
    .map(({ text }) => text);
  return [
    ...(direct ? [direct] : []),
    ...[...container.command.filter((word) => /\s/.test(word)), ...scripts].flatMap((script) =>
      registerCalls(script, lookUp),
    ),
  ];
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
