import { parseDuration } from '../../values/duration';
import { isFloating, parseImage } from '../../values/image';
import { asDnsLabel, isDnsLabel, isLabelValue, isQualifiedName } from '../../values/label';
import {
  isBeyondCount,
  isByteSlip,
  isBytesAsCpu,
  parseQuantity,
  type Quantity,
  toUnits,
  withUnit,
} from '../../values/quantity';
import { nearestName } from '../../values/suggest';
import type { Faults } from '../fault';

/**
 * Rules of single fields. Each notes a fault where the value breaks its rule and returns what the value means, or
 * undefined, so that callers go on and find the faults behind it too.
 */

/** A name that Kubernetes takes as a DNS label, of at most `most` characters because of what is derived from it. */
export function checkName(faults: Faults, field: string, value: unknown, most: number): void {
  if (typeof value === 'string' && isDnsLabel(value, most)) return;
  const rule = `names are 1 to ${most} lower-case letters, digits and dashes, with a letter or digit at both ends`;
  const tooLong = typeof value === 'string' && isDnsLabel(value, Number.MAX_SAFE_INTEGER);
  if (typeof value !== 'string' || value === '') {
    faults.add(field, value, rule, 'give it a name');
    return;
  }
  const fix = tooLong
    ? `shorten it by ${value.length - most}: object names are derived from it`
    : `write ${JSON.stringify(asDnsLabel(String(value), most) || 'a-name')}`;
  faults.add(field, value, rule, fix);
}

/** A name of a Secret, a ConfigMap or a store: DNS labels with dots between them. */
export function checkObjectName(faults: Faults, field: string, name: unknown): void {
  for (const label of typeof name === 'string' ? name.split('.') : [name])
    checkName(faults, field, label, 63);
}

/** A key of a Secret or a ConfigMap. */
export function checkDataKey(
  faults: Faults,
  field: string,
  key: unknown,
  example: string,
  kind: 'Secret' | 'ConfigMap' = 'Secret',
): void {
  if (isDataKey(key)) return;
  const rule = `keys of a ${kind} are up to 253 letters, digits, dashes, underscores and dots`;
  faults.add(field, key, rule, `write the key, for example "${example}"`);
}

/** Whether a value is a valid key of a Secret or a ConfigMap. */
export function isDataKey(key: unknown): key is string {
  return typeof key === 'string' && /^[-._a-zA-Z0-9]{1,253}$/.test(key);
}

/** A key of KMS by its id, alias or ARN, or none. */
export function checkKmsKey(faults: Faults, field: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value === 'string' && /^[\w:/-]{1,2048}$/.test(value)) return;
  const rule = 'the id, the alias or the ARN of a KMS key';
  faults.add(field, value, rule, 'write it as "alias/nodes", or leave it out');
}

/** The ARN of an IAM role. */
export function checkRoleArn(faults: Faults, field: string, value: unknown): void {
  if (typeof value === 'string' && /^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(value)) return;
  faults.add(field, value, 'the ARN of an IAM role', 'write it as "arn:aws:iam::123456789012:role/name"');
}

/** A value out of a closed list. */
export function checkOneOf(faults: Faults, field: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value === 'string' && allowed.includes(value)) return;
  const near = ALIASES[String(value).toLowerCase()] ?? nearestName(String(value), allowed);
  const fix = near && allowed.includes(near) ? `write "${near}"` : `write one of them`;
  faults.add(field, value, `allowed are ${allowed.map((name) => `"${name}"`).join(', ')}`, fix);
}

const ALIASES: Record<string, string> = {
  x86: 'amd64',
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  graviton: 'arm64',
  arm: 'arm64',
  ondemand: 'on-demand',
  on_demand: 'on-demand',
};

/** A whole number within bounds. */
export function checkWholeNumber(
  faults: Faults,
  field: string,
  value: unknown,
  low: number,
  high: number,
): void {
  if (Number.isInteger(value) && (value as number) >= low && (value as number) <= high) return;
  const range = high === Number.MAX_SAFE_INTEGER ? `from ${low}` : `from ${low} to ${high}`;
  const nearest = typeof value === 'number' && value > high ? high : low;
  faults.add(field, value, `a whole number ${range}`, `write ${nearest}, or what you need within the range`);
}

/** A duration of whole seconds, in seconds. */
export function checkDuration(faults: Faults, field: string, value: unknown): number | undefined {
  const seconds = typeof value === 'string' ? parseDuration(value) : undefined;
  if (seconds !== undefined && seconds > 0) return seconds;
  faults.add(field, value, DURATION_RULE, durationFix(value));
  return undefined;
}

/** A duration, or `Never` (undefined). */
export function checkDurationOrNever(faults: Faults, field: string, value: unknown): number | undefined {
  return value === 'Never' ? undefined : checkDuration(faults, field, value);
}

const DURATION_RULE =
  'durations are hours, minutes and seconds above zero, for example 90s, 30m or 1h30m; days are not supported';

function durationFix(value: unknown): string {
  if (typeof value === 'number') return `write "${value}s" if seconds were meant`;
  const days = /^(\d{1,4})d$/.exec(String(value));
  return days ? `write "${Number(days[1]) * 24}h"` : 'write a duration as "30m"';
}

/** A count of CPUs. */
export function checkCpu(faults: Faults, field: string, value: unknown): Quantity | undefined {
  const quantity = checkQuantity(faults, field, value, '"500m" or "2"');
  if (quantity === undefined || !isBytesAsCpu(quantity)) return quantity;
  faults.add(
    field,
    value,
    `that is ${toUnits(quantity)} CPUs: a unit of bytes on a count of CPUs`,
    'write CPUs, for example "500m" or "2"',
  );
  return undefined;
}

/**
 * A count of bytes.
 *
 * @param unit what a number without a unit was meant in, as far as a fix can tell
 */
export function checkBytes(
  faults: Faults,
  field: string,
  value: unknown,
  unit: 'Mi' | 'Gi' = 'Mi',
): Quantity | undefined {
  const quantity = checkQuantity(faults, field, value, '"512Mi" or "2Gi"');
  if (quantity !== undefined && isBeyondCount(quantity)) {
    const rule = 'Kubernetes counts no more bytes than 8Ei, and cuts off what is above that';
    faults.add(field, value, rule, 'write what is needed, for example "50Gi"');
    return undefined;
  }
  if (quantity === undefined || !isByteSlip(quantity)) return quantity;
  faults.add(
    field,
    value,
    `that is ${bytesInWords(quantity)}: "m" means thousandths, and no unit means bytes`,
    `write "${withUnit(String(value), unit)}"`,
  );
  return undefined;
}

function bytesInWords(quantity: Quantity): string {
  const bytes = toUnits(quantity);
  return bytes <= 1 ? 'at most one byte' : `${bytes} bytes`;
}

function checkQuantity(faults: Faults, field: string, value: unknown, example: string): Quantity | undefined {
  const quantity = typeof value === 'string' ? parseQuantity(value) : undefined;
  if (quantity !== undefined && quantity > 0n) return quantity;
  const rule =
    'quantities are a number above zero with a suffix of Kubernetes and no space: m, k, M, G, Ki, Mi, Gi';
  const squeezed = String(value)
    .replace(/\s+/g, '')
    .replace(/B$/, '')
    .replace(/^(\d+)([KMGT])$/, '$1$2i');
  const meant = typeof value === 'string' && (parseQuantity(squeezed) ?? 0n) > 0n ? `"${squeezed}"` : example;
  faults.add(field, value, rule, Number.isFinite(value) ? asText(value) : `write ${meant}`);
  return undefined;
}

/** An image reference that means the same image tomorrow. */
export function checkImage(faults: Faults, field: string, value: unknown): void {
  const image = typeof value === 'string' ? parseImage(value) : undefined;
  if (!image)
    faults.add(
      field,
      value,
      'image references are [registry/]path:tag or path@sha256:digest',
      'write one, for example "alpine:3.22"',
    );
  else if (isFloating(image)) {
    faults.add(
      field,
      value,
      'a floating tag (or none) runs other code tomorrow without a merge request',
      'name a release, for example "alpine:3.22", or a digest',
    );
  }
}

/** Devices: whole numbers by extended resource, which always has a prefix. */
export function checkDevices(faults: Faults, devices: Readonly<Record<string, number>> = {}): void {
  for (const [resource, count] of Object.entries(devices)) {
    const place = `devices[${JSON.stringify(resource)}]`;
    if (!isQualifiedName(resource) || !resource.includes('/')) {
      const rule = 'extended resources are prefix/name, as their device plugin advertises them';
      faults.add(place, resource, rule, 'write it as "nvidia.com/gpu"');
    }
    checkWholeNumber(faults, place, count, 1, 64);
  }
}

/** Labels: keys and values as the API server takes them. */
export function checkLabels(
  faults: Faults,
  field: string,
  labels: Readonly<Record<string, string>> = {},
  values = isLabelValue,
): void {
  for (const [key, value] of Object.entries(labels))
    checkLabel(faults, `${field}[${JSON.stringify(key)}]`, key, value, values);
}

/** A label of job pods, which may hold variables of the job. */
export function isLabelOrVariable(value: string): boolean {
  return value.includes('$') || value.length <= 63;
}

function checkLabel(faults: Faults, place: string, key: string, value: unknown, values = isLabelValue): void {
  if (!isQualifiedName(key))
    faults.add(
      place,
      key,
      'keys are [prefix/]name: a DNS name and at most 63 letters, digits, dashes, underscores, dots',
      'rename the key',
    );
  if (typeof value !== 'string' || !values(value)) {
    faults.add(
      place,
      value,
      'label values are texts of at most 63 letters, digits, dashes, underscores and dots',
      typeof value === 'string' ? 'shorten or rewrite it' : asText(value),
    );
  }
}

/** The fix for a value that must be a text. NaN and the like have no text to write. */
export function asText(value: unknown): string {
  const isPlain = typeof value === 'boolean' || Number.isFinite(value);
  return isPlain ? `write it as text: "${value}"` : 'write a text';
}

/** Reports labels that are set here already: selectors and taints rely on them. */
export function checkReservedLabels(
  faults: Faults,
  field: string,
  labels: Readonly<Record<string, string>> = {},
): void {
  for (const key of Object.keys(labels)) {
    if (!RESERVED_LABEL.test(key)) continue;
    const rule = 'labels of this prefix are set here, and selectors rely on them';
    faults.add(`${field}[${JSON.stringify(key)}]`, key, rule, 'use a prefix of your own');
  }
}

const RESERVED_LABEL = /^(app\.kubernetes\.io|gitlab-runner-fleet)\//;

/** Reports namespaces of the cluster itself: their pods would come under the fleet's policies. */
export function checkOwnNamespace(faults: Faults, field: string, namespace: string | undefined): void {
  if (namespace === undefined || !/^(default|kube-.*|flux-system|argocd|karpenter)$/.test(namespace)) return;
  const rule = 'a fleet renders its namespaces, with a policy that shuts off every pod in them';
  faults.add(field, namespace, rule, 'name a namespace of its own');
}

/** Annotations: keys as labels, any text as value. */
export function checkAnnotations(
  faults: Faults,
  field: string,
  annotations: Readonly<Record<string, string>> = {},
): void {
  checkLabels(faults, field, annotations, () => true);
}

/** Reports taints, `key=value` or `key`, that are not valid, and effects other than these. */
export function checkTaints(
  faults: Faults,
  taints: Readonly<Record<string, string>>,
  effects: readonly string[],
): void {
  for (const [taint, effect] of Object.entries(taints)) {
    const [key, ...rest] = taint.split('=');
    checkLabel(faults, taint, key, rest.join('='));
    checkOneOf(faults, taint, effect, effects);
  }
}
