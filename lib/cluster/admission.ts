import { formatBinary, formatDecimal, type Quantity } from '../values/quantity';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import type { Manifest } from './manifest';
import { objectsNamed, ofKind } from './of-kind';
import { type Amounts, amountsOf, containerResourcesOf, podResourcesOf, type Resources } from './pod-amounts';

/** A pod spec as admission leaves it, and why it lets no such pod in. */
export interface AdmittedPod {
  readonly spec: Fields;
  readonly refusals: readonly AdmissionRefusal[];
  /** Name of a RuntimeClass that is not among the manifests: what it adds is not known. */
  readonly unknownRuntimeClass: string | undefined;
}

/** Why admission refuses a pod, with the object that says so. */
export interface AdmissionRefusal {
  readonly by: Manifest;
  readonly reason: string;
}

/**
 * What the API server makes of a pod before anything places it: its RuntimeClass adds a node selector, tolerations and an
 * overhead, and the LimitRanges of its namespace add requests and limits. Both refuse what contradicts them.
 * @see kubernetes 1.36 plugin/pkg/admission/runtimeclass, plugin/pkg/admission/limitranger
 */
export function admit(
  spec: Fields,
  namespace: string | undefined,
  manifests: readonly Manifest[],
): AdmittedPod {
  const wanted = textOf(spec.runtimeClassName);
  const [runtime] = objectsNamed(manifests, 'RuntimeClass', wanted);
  const ranges = ofKind(manifests, 'LimitRange').filter((one) => isIn(one, namespace));
  const scheduled = runtime === undefined ? spec : withRuntimeClass(spec, runtime);
  const limited = ranges.reduce(withDefaults, scheduled);
  return {
    spec: limited,
    refusals: [
      ...(runtime === undefined ? [] : selectorConflicts(spec, runtime)),
      ...ranges.flatMap((range) => rangeRefusals(limited, range)),
    ],
    unknownRuntimeClass: runtime === undefined ? wanted : undefined,
  };
}

/** Whether an object is in a namespace; one that names none is applied to the default one. */
export function isIn({ namespace: own = 'default' }: Manifest, namespace = 'default'): boolean {
  return own === namespace;
}

function withRuntimeClass(spec: Fields, { body }: Manifest): Fields {
  const overhead = at(body, ['overhead', 'podFixed']);
  return {
    ...spec,
    nodeSelector: { ...textsOf(spec.nodeSelector), ...textsOf(at(body, ['scheduling', 'nodeSelector'])) },
    tolerations: [...listOf(spec.tolerations), ...listOf(at(body, ['scheduling', 'tolerations']))],
    ...(overhead !== undefined && { overhead }),
  };
}

function selectorConflicts(spec: Fields, by: Manifest): AdmissionRefusal[] {
  const own = textsOf(spec.nodeSelector);
  return Object.entries(textsOf(at(by.body, ['scheduling', 'nodeSelector'])))
    .filter(([key, value]) => own[key] !== undefined && own[key] !== value)
    .map(([key, value]) => ({ by, reason: `it selects ${key}: ${value}, the pod ${key}: ${own[key]}` }));
}

/** Limits and requests that a LimitRange gives containers without; the server fills its item in before. */
function defaultsOf({ body }: Manifest): Record<'requests' | 'limits', Record<string, string>> {
  const found = { requests: {}, limits: {} };
  for (const item of containerItems(body)) {
    const limits = { ...textsOf(item.max), ...textsOf(item.default) };
    Object.assign(found.limits, limits);
    Object.assign(found.requests, { ...textsOf(item.min), ...limits, ...textsOf(item.defaultRequest) });
  }
  return found;
}

function containerItems(body: Fields): Fields[] {
  return itemsOf(body).filter(({ type }) => type === 'Container');
}

function itemsOf(body: Fields): Fields[] {
  return listOf(at(body, ['spec', 'limits'])).map(fieldsOf);
}

function withDefaults(spec: Fields, range: Manifest): Fields {
  const defaults = defaultsOf(range);
  const filled = (list: unknown) =>
    listOf(list).map((container) => {
      const { requests, limits } = fieldsOf(fieldsOf(container).resources);
      const own = textsOf(limits);
      return {
        ...fieldsOf(container),
        resources: {
          requests: { ...defaults.requests, ...own, ...textsOf(requests) },
          limits: { ...defaults.limits, ...own },
        },
      };
    });
  return {
    ...spec,
    containers: filled(spec.containers),
    ...(spec.initContainers !== undefined && { initContainers: filled(spec.initContainers) }),
  };
}

/** Why a pod with the defaults of a LimitRange is refused, each reason once with the containers that it holds for. */
function rangeRefusals(spec: Fields, by: Manifest): AdmissionRefusal[] {
  const containers = containerResourcesOf(spec);
  const found = new Map<string, string[]>();
  const note = (name: string, reasons: readonly string[]) => {
    for (const reason of reasons) found.set(reason, [...(found.get(reason) ?? []), name]);
  };
  for (const one of containers) {
    note(one.name, aboveDefaults(one, defaultsOf(by).limits));
    for (const item of containerItems(by.body)) note(one.name, boundReasons(one, item));
  }
  for (const item of itemsOf(by.body).filter(({ type }) => type === 'Pod')) {
    note('the pod', boundReasons(podResourcesOf(spec), item));
  }
  return [...found].map(([reason, names]) => ({
    by,
    reason: `${names.length === 1 ? names[0] : `${names.join(', ')}:`} ${reason}`,
  }));
}

/** Requests above the limit that a LimitRange gave. */
function aboveDefaults(
  { requests, limits }: Resources,
  defaults: Readonly<Record<string, string>>,
): string[] {
  return Object.keys(amountsOf(defaults))
    .filter((name) => requests[name] !== undefined && limits[name] !== undefined)
    .filter((name) => requests[name] > limits[name])
    .map(
      (name) =>
        `requests ${show(name, requests[name])} of ${name}, above the limit of ${show(name, limits[name])} that it gets`,
    );
}

function boundReasons(of: Resources, item: Fields): string[] {
  return [
    ...minReasons(of, amountsOf(item.min)),
    ...maxReasons(of, amountsOf(item.max)),
    ...ratioReasons(of, amountsOf(item.maxLimitRequestRatio)),
  ];
}

function minReasons({ requests, limits }: Resources, min: Amounts): string[] {
  return Object.entries(min).flatMap(([name, least]) => {
    const wanted = `at least ${show(name, least)} of ${name}`;
    if (requests[name] === undefined) return [`has no request, ${wanted} is wanted`];
    if (requests[name] < least) return [`requests ${show(name, requests[name])}, ${wanted} is wanted`];
    if (limits[name] < least) return [`has a limit of ${show(name, limits[name])}, ${wanted} is wanted`];
    return [];
  });
}

function maxReasons({ requests, limits }: Resources, max: Amounts): string[] {
  return Object.entries(max).flatMap(([name, most]) => {
    const allowed = `at most ${show(name, most)} of ${name}`;
    if (limits[name] === undefined) return [`has no limit, ${allowed} is allowed`];
    if (limits[name] > most) return [`has a limit of ${show(name, limits[name])}, ${allowed} is allowed`];
    if (requests[name] > most) return [`requests ${show(name, requests[name])}, ${allowed} is allowed`];
    return [];
  });
}

function ratioReasons({ requests, limits }: Resources, ratios: Amounts): string[] {
  return Object.entries(ratios).flatMap(([name, most]) => {
    const allowed = `a limit of at most ${formatDecimal(most)} times the request of ${name} is allowed`;
    const [request, limit] = [requests[name] ?? 0n, limits[name] ?? 0n];
    if (request === 0n || limit === 0n) return [`has no request or no limit, ${allowed}`];
    // Quantities are in nano-units, the ratio too.
    if (limit * 1_000_000_000n <= most * request) return [];
    return [`requests ${show(name, request)} with a limit of ${show(name, limit)}, ${allowed}`];
  });
}

/** An amount of a resource, for people. */
export function show(name: string, amount: Quantity): string {
  return /memory|storage|hugepages/.test(name) ? formatBinary(amount) : formatDecimal(amount);
}
